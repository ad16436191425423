//! The path template of an operation.

use std::cmp::Ordering;

/// One part of a template, between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Text.
    Literal(String),
    /// `{Name}`: one part of the path.
    Label(String),
    /// `{Name+}`: one part or more.
    Greedy(String),
}

/// A template such as `/{Bucket}/{Key+}?tagging`.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) segments: Vec<Segment>,
    /// The query that a request has to have; none for a key whose value does not matter.
    pub(super) query: Vec<(String, Option<String>)>,
    /// Whether the path ends with a slash: `POST /agents/{id}` and `POST /agents/{id}/` are two
    /// operations of Bedrock.
    pub(super) ends_with_slash: bool,
}

impl Template {
    pub(super) fn parse(uri: &str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let segments = parts(path, TrailingSlash::Ignored)
            .into_iter()
            .map(Segment::parse)
            .collect();
        let pair = |pair: &str| match pair.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (pair.to_owned(), None),
        };
        let query = query
            .split('&')
            .filter(|p| !p.is_empty())
            .map(pair)
            .collect();
        Self {
            segments,
            query,
            ends_with_slash: path.ends_with('/'),
        }
    }

    /// The values of the labels, raw; none if the path is another.
    pub(super) fn matches<'p>(&self, path: &[&'p str]) -> Option<Vec<(&str, Vec<&'p str>)>> {
        matches(&self.segments, path)
    }

    /// Text beats a label, a label beats a greedy one, from left to right; the longer is the more
    /// specific. Source: Smithy specification, "HTTP bindings", "Specificity routing".
    pub(super) fn compare_specificity(&self, other: &Self) -> Ordering {
        let ranks = self.segments.iter().map(Segment::rank);
        ranks.cmp(other.segments.iter().map(Segment::rank))
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Label(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 2,
            Self::Label(_) => 1,
            Self::Greedy(_) => 0,
        }
    }
}

/// What a slash at the end of a path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrailingSlash {
    /// Nothing: `/functions/` is `/functions`.
    Ignored,
    /// It is part of an object's key.
    Kept,
}

/// The parts of a path between its slashes; the first slash begins it.
pub(super) fn parts(path: &str, trailing: TrailingSlash) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = match trailing {
        TrailingSlash::Ignored => path.strip_suffix('/').unwrap_or(path),
        TrailingSlash::Kept => path,
    };
    if path.is_empty() {
        Vec::new()
    } else {
        path.split('/').collect()
    }
}

fn matches<'s, 'p>(
    segments: &'s [Segment],
    path: &[&'p str],
) -> Option<Vec<(&'s str, Vec<&'p str>)>> {
    let Some((first, rest)) = segments.split_first() else {
        return path.is_empty().then(Vec::new);
    };
    match first {
        Segment::Literal(text) => {
            let (part, left) = path.split_first()?;
            // A literal may hold a character that clients encode.
            let same = part == text || super::decoding::label(part).as_ref() == Some(text);
            if same { matches(rest, left) } else { None }
        }
        Segment::Label(name) => {
            let (part, left) = path.split_first().filter(|(part, _)| !part.is_empty())?;
            let mut labels = matches(rest, left)?;
            labels.push((name, vec![part]));
            Some(labels)
        }
        Segment::Greedy(name) => {
            // The only greedy label of a template takes all that the others leave.
            let taken = path
                .len()
                .checked_sub(rest.len())
                .filter(|taken| *taken > 0)?;
            let (own, left) = path.split_at_checked(taken)?;
            let mut labels = matches(rest, left)?;
            labels.push((name, own.to_vec()));
            Some(labels)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Template, TrailingSlash, parts};

    fn labels(template: &str, path: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template);
        let path = parts(path, TrailingSlash::Ignored);
        let labels = template.matches(&path)?;
        Some(
            labels
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v.join("/")))
                .rev()
                .collect(),
        )
    }

    #[test]
    fn templates_match_whole_paths() {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        assert_eq!(labels("/a/{B}/c", "/a/x/c"), Some(vec![pair("B", "x")]));
        assert_eq!(labels("/a/{B}/c", "/a/x/c/"), Some(vec![pair("B", "x")]));
        assert_eq!(labels("/a/{B}/c", "/a//c"), None);
        assert_eq!(labels("/a/{B}/c", "/a/x"), None);
        assert_eq!(
            labels("/{B}/{K+}", "/x/y//z"),
            Some(vec![pair("B", "x"), pair("K", "y//z")])
        );
        assert_eq!(labels("/{B}/{K+}", "/x"), None);
        assert_eq!(
            labels("/p/{A+}/q", "/p/arn:x/y/q"),
            Some(vec![pair("A", "arn:x/y")])
        );
        assert_eq!(labels("/", "/"), Some(vec![]));
    }

    #[test]
    fn text_is_more_specific_than_a_label() {
        let order = |a: &str, b: &str| Template::parse(a).compare_specificity(&Template::parse(b));
        assert!(order("/a/b", "/a/{X}").is_gt());
        assert!(order("/{X}/b", "/{X+}").is_gt());
        assert!(order("/p/{A+}/q", "/p/{A+}").is_gt());
        assert!(order("/a/{X}", "/{Y}/b").is_gt());
    }
}
