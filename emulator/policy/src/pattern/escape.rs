//! Literal text inside patterns.

/// Escapes a text so that it stands for itself in a resource or condition value of version
/// 2012-10-17: `*`, `?` and `$` become `${*}`, `${?}` and `${$}`.
///
/// Source: IAM User Guide, "IAM policy elements: Variables and tags", special characters. In a
/// resource it works after the fifth colon only.
pub fn escape_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '*' | '?' | '$' => out.extend(['$', '{', char, '}']),
            other => out.push(other),
        }
    }
    out
}

/// Escapes the last part of an ARN; the parts before it cannot hold such characters.
pub fn escape_arn(arn: &str) -> String {
    let head: usize = arn.splitn(6, ':').take(5).map(|part| part.len() + 1).sum();
    match arn.split_at_checked(head) {
        Some((head, rest)) => format!("{head}{}", escape_literal(rest)),
        None => arn.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::escape_arn;
    use crate::pattern::ResourcePattern;

    #[test]
    fn an_escaped_arn_matches_itself_only() {
        let arn = "arn:aws:s3:::b/what?/*/${x}/$";
        let escaped = escape_arn(arn);
        assert_eq!(escaped, "arn:aws:s3:::b/what${?}/${*}/${$}{x}/${$}");
        let pattern = ResourcePattern::new(&escaped);
        assert!(pattern.matches(arn));
        assert!(!pattern.matches("arn:aws:s3:::b/whatX/*/${x}/$"));
        assert!(!pattern.matches("arn:aws:s3:::b/what?/Y/${x}/$"));
    }
}
