//! The labels of a path, as the recogniser finds them.

use percent_encoding::percent_decode_str;

/// The labels of a path, as the recogniser finds them.
pub(crate) fn labels(template: &str, path: &str) -> Vec<(String, String)> {
    let template = template.split('?').next().unwrap();
    let mut labels = Vec::new();
    let mut rest = path.trim_start_matches('/');
    let mut parts = template.trim_start_matches('/').split('/').peekable();
    while let Some(part) = parts.next() {
        let tail = parts.clone().count();
        let greedy = part.ends_with("+}");
        let taken = match (greedy, tail) {
            (true, 0) => rest.len(),
            (true, _) => rest
                .rmatch_indices('/')
                .nth(tail - 1)
                .map_or(rest.len(), |(at, _)| at),
            (false, _) => rest.find('/').unwrap_or(rest.len()),
        };
        let (text, left) = rest.split_at(taken);
        rest = left.strip_prefix('/').unwrap_or(left);
        if let Some(label) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            let text = percent_decode_str(text).decode_utf8().unwrap().into_owned();
            labels.push((label.trim_end_matches('+').to_owned(), text));
        }
    }
    labels
}
