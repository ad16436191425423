//! GetParameter, GetParameters, GetParametersByPath, GetParameterHistory.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    name::{Wanted, arn},
    parameter::{Parameter, Secrecy},
    service::{Parameters, Ssm},
};
use crate::embedded::request::{Outcome, Request, output};

impl Ssm {
    pub(super) fn get(&self, request: &Request<'_>) -> Outcome {
        let text = request.required("Name")?;
        let parameter = self.with(request, |all| read(request, all, text))?;
        Ok(output(json!({ "Parameter": parameter })))
    }

    pub(super) fn get_several(&self, request: &Request<'_>) -> Map<String, Value> {
        let mut found = Vec::new();
        let mut invalid = Vec::new();
        self.with(request, |all| {
            for name in request.texts("Names") {
                match read(request, all, name) {
                    Ok(parameter) => found.push(Value::Object(parameter)),
                    Err(_) => invalid.push(name),
                }
            }
        });
        output(json!({ "Parameters": found, "InvalidParameters": invalid }))
    }

    pub(super) fn get_by_path(&self, request: &Request<'_>) -> Outcome {
        let path = request.required("Path")?;
        if !path.starts_with('/') {
            return Err(errors::invalid(
                "The parameter doesn't meet the parameter name requirements. The parameter name \
                 must begin with a forward slash \"/\".",
            ));
        }
        let prefix = if path.ends_with('/') {
            path.to_owned()
        } else {
            format!("{path}/")
        };
        let secrecy = Secrecy::of(request);
        let below = |name: &str| {
            let rest = name.strip_prefix(&prefix)?;
            (request.flag("Recursive") || !rest.contains('/')).then_some(())
        };
        // Ten at most are given at once. Source: API reference, GetParametersByPath.
        Ok(self.pages(request, 10, "Parameters", |name, parameter| {
            below(name)?;
            Some(
                parameter
                    .latest()?
                    .parameter(name, &arn(request, name), secrecy),
            )
        }))
    }

    pub(super) fn history(&self, request: &Request<'_>) -> Outcome {
        let text = request.required("Name")?;
        let secrecy = Secrecy::of(request);
        self.with(request, |all| {
            let (name, parameter) = find(all, text)?;
            let versions: Vec<_> = parameter
                .versions
                .iter()
                .map(|v| v.history(name, secrecy))
                .collect();
            Ok(output(json!({ "Parameters": versions })))
        })
    }
}

/// A parameter by its name in any form.
pub(super) fn find<'m>(
    all: &'m Parameters,
    text: &str,
) -> Result<(&'m String, &'m Parameter), ServiceError> {
    Wanted::parse(text)
        .stored(all)
        .ok_or_else(|| errors::not_found(text))
}

fn read(
    request: &Request<'_>,
    all: &Parameters,
    text: &str,
) -> Result<Map<String, Value>, ServiceError> {
    let wanted = Wanted::parse(text);
    let (name, parameter) = find(all, text)?;
    let version = parameter
        .select(wanted.selector)
        .ok_or_else(|| errors::version_not_found(name, wanted.selector.unwrap_or_default()))?;
    let mut answer = version.parameter(name, &arn(request, name), Secrecy::of(request));
    if let Some(selector) = wanted.selector_text() {
        answer.insert("Selector".to_owned(), selector.into());
    }
    Ok(answer)
}
