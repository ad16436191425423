//! Names of parameters: plain, as a path, as an ARN, with a selector.

use crate::embedded::request::Request;

/// A name as the client wrote it, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// The name without a selector; from an ARN with the slash that the ARN swallows.
    pub(super) name: &'a str,
    /// The text behind the colon: a version or a label.
    pub(super) selector: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    /// Takes `name`, `name:selector` or `arn:...:parameter/name` apart.
    pub(super) fn parse(text: &'a str) -> Self {
        let name = match text.split_once(":parameter") {
            // `arn:...:parameter/a/b` is the path `/a/b`; `arn:...:parameter/a` may be the plain
            // name `a` as well, which `find` tries.
            Some((start, rest)) if start.starts_with("arn:") => rest,
            _ => text,
        };
        match name.split_once(':') {
            Some((name, selector)) => Self {
                name,
                selector: Some(selector),
            },
            None => Self {
                name,
                selector: None,
            },
        }
    }

    /// The name under which it is stored.
    pub(super) fn stored<'m, T>(
        &self,
        all: &'m std::collections::BTreeMap<String, T>,
    ) -> Option<(&'m String, &'m T)> {
        let plain = || all.get_key_value(self.name.strip_prefix('/')?);
        all.get_key_value(self.name).or_else(plain)
    }

    /// What the structure `Parameter` calls the selector.
    pub(super) fn selector_text(&self) -> Option<String> {
        self.selector.map(|selector| format!(":{selector}"))
    }
}

/// The ARN of a parameter: one slash stands between `parameter` and the name, in both forms.
/// Source: service authorization reference, AWS Systems Manager, resource type `parameter`.
pub(super) fn arn(request: &Request<'_>, name: &str) -> String {
    request.arn(
        "ssm",
        &format!("parameter/{}", name.strip_prefix('/').unwrap_or(name)),
    )
}
