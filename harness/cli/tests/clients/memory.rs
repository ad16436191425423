//! What does not fit into the memory that the server may use: refused, in the service's form.

use serde_json::{Value, json};

use crate::server::Server;
use crate::tools;

const MIB: u64 = 1 << 20;

fn full(wanted: u64, used: u64) -> String {
    format!(
        "Rolecall keeps this in memory: {wanted} bytes more than the {used} that are kept already \
         would be over the bound of {} bytes, which --memory sets.",
        8 * MIB
    )
}

#[test]
fn what_does_not_fit_is_refused_and_what_is_deleted_makes_room() {
    let server = Server::with(&["--memory", "8MiB"]);
    let home = server.folder.path();
    let keys = &server.administrator;
    let mut command = tools::python("memory.py", &server.endpoint, keys, home);
    let mut found = tools::document(&mut command);
    // Bodies come in pieces: how many bytes the last one had is not known.
    for name in ["too large", "a second one", "a part"] {
        let message = found[name]["message"].take();
        let message = message.as_str().unwrap();
        assert!(
            message.starts_with("Your proposed upload exceeds the maximum allowed size. Rolecall"),
            "{message}"
        );
        assert!(
            message.ends_with("8388608 bytes, which --memory sets."),
            "{message}"
        );
    }
    let too_large = json!({ "code": "EntityTooLarge", "message": null });
    let kept = json!({ "ok": "kept" });
    let of = |code: &str, used: u64| json!({ "code": code, "message": full(600 * 1024, used) });
    let used = 7 * MIB + 512 * 1024;
    let record = json!({
        "code": "InvalidArgumentException",
        "message": full(600 * 1024 + 1, used),
    });
    let expected: Value = json!({
        "too large": too_large,
        "fits": kept,
        "a second one": too_large,
        "a part": too_large,
        "a small part": kept,
        "a message": of("OverLimit", used),
        "a record": record,
        "events": of("InvalidParameterException", used),
        "the copy has it still": of("OverLimit", used),
        "after it is deleted": kept,
        "after the upload is aborted": [found["after the upload is aborted"][0], kept],
        "after the queue is emptied": kept,
    });
    assert_eq!(found, expected);
}
