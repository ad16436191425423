#[test]
fn the_repository_is_tidy() {
    let found = super::findings().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
