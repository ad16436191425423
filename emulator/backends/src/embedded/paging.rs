//! Pages of a list.

/// What stands on a page: up to `size` items behind the one that `after` names, and the name of the
/// last of them where there are more.
///
/// Items are in the order of their names, so that a page means the same after a change elsewhere.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = T>,
    after: Option<&str>,
    size: usize,
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let behind = |item: &T| after.is_none_or(|after| name(item).as_str() > after);
    let mut items = items.into_iter().filter(behind);
    let page: Vec<T> = items.by_ref().take(size.max(1)).collect();
    let more = items.next().is_some();
    let next = page.last().filter(|_| more).map(name);
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn pages_follow_each_other_and_end() {
        let items = ["a", "b", "c"];
        let of = |after| page(items, after, 2, |item| (*item).to_owned());
        assert_eq!(of(None), (vec!["a", "b"], Some("b".to_owned())));
        assert_eq!(of(Some("b")), (vec!["c"], None));
        let exact = page(items, None, 3, |item| (*item).to_owned());
        assert_eq!(exact, (vec!["a", "b", "c"], None));
    }
}
