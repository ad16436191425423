//! Reading a file of answers.
//!
//! ```toml
//! [[answer]]
//! service = "dynamodb"
//! operation = "GetItem"
//! when.TableName = "orders-*"
//! [[answer.then]]
//! throttle = true
//! times = 2
//! [[answer.then]]
//! output.Item.id.S = "1"
//! ```

use std::{sync::atomic::AtomicU64, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rolecall_catalog::{
    Catalog, Operation, Service,
    model::{Member, ShapeKind},
    with_nearest,
};
use rolecall_protocol::{
    ServiceError,
    input::{CheckedInput, InputError, check, check_output},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::{
    entry::{Entry, Outcome, Step},
    error::AnswersError,
    words::in_words,
};

/// The longest delay, ten minutes: no client waits longer.
const LONGEST: u64 = 600_000;

/// What a file answers.
#[derive(Debug, Default)]
pub struct Answers {
    pub(super) entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    answer: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    service: Spanned<String>,
    operation: Spanned<String>,
    when: Option<Spanned<toml::Table>>,
    then: Vec<Spanned<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawStep {
    output: Option<Spanned<toml::Table>>,
    error: Option<RawError>,
    throttle: Option<bool>,
    delay_ms: Option<Spanned<u64>>,
    times: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawError {
    code: String,
    #[serde(default)]
    message: String,
    status: Option<Spanned<u16>>,
}

impl Answers {
    /// Reads the text of a file; `file` is its name, for what is wrong with it.
    ///
    /// # Errors
    ///
    /// Fails, with the line, on what is no TOML, on unknown services, operations and members, and on
    /// values of another type than the model's.
    pub fn parse(file: &str, text: &str) -> Result<Self, AnswersError> {
        let reader = Reader { file, text };
        let document: Document = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            reader.wrong(at, in_words(error.message()))
        })?;
        let entries = document.answer.into_iter();
        let entries = entries.map(|raw| reader.entry(raw));
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// The entries of several files, in order.
    pub(crate) fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    /// A complaint about what begins at a byte.
    fn wrong(&self, at: usize, what: impl Into<String>) -> AnswersError {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        AnswersError {
            file: self.file.to_owned(),
            line: before.split(|byte| *byte == b'\n').count(),
            what: what.into(),
        }
    }

    fn entry(&self, raw: RawEntry) -> Result<Entry, AnswersError> {
        let (service, operation) = self.operation(&raw.service, &raw.operation)?;
        let model = service
            .operations
            .get(operation)
            .ok_or_else(|| self.wrong(raw.operation.span().start, "no such operation"))?;
        let when = match &raw.when {
            None => Map::new(),
            Some(table) => self.checked(table, |table| check(&service, model, table))?,
        };
        if raw.then.is_empty() {
            let at = raw.operation.span().start;
            return Err(self.wrong(at, "`then` has no step: nothing would be answered"));
        }
        let last = raw.then.len() - 1;
        let steps = raw.then.into_iter().enumerate();
        let steps = steps.map(|(index, step)| {
            let mut step = self.step(&service, model, step)?;
            // Each step is for one call, and the last for all that follow.
            if index < last {
                step.times = step.times.or(Some(1));
            }
            Ok(step)
        });
        Ok(Entry {
            service: service.name.clone(),
            operation: model.name.clone(),
            when,
            steps: steps.collect::<Result<_, _>>()?,
            answered: AtomicU64::new(0),
        })
    }

    fn operation(
        &self,
        service: &Spanned<String>,
        operation: &Spanned<String>,
    ) -> Result<(std::sync::Arc<Service>, usize), AnswersError> {
        let (at, name) = (service.span().start, service.get_ref());
        if matches!(name.as_str(), "iam" | "sts" | "lambda") {
            let what = format!("`{name}` is always answered by Rolecall itself");
            return Err(self.wrong(at, what));
        }
        let catalog = Catalog::embedded();
        let found = catalog.service(name).ok_or_else(|| {
            let known = catalog.services().iter().map(|entry| entry.name.as_str());
            let complaint = format!("there is no service `{name}`");
            self.wrong(at, with_nearest(complaint, name, known))
        })?;
        let (at, name) = (operation.span().start, operation.get_ref());
        let index = found.operation_index(name).ok_or_else(|| {
            let known = found.operations.iter().map(|o| o.name.as_str());
            let complaint = format!("`{}` has no operation `{name}`", found.name);
            self.wrong(at, with_nearest(complaint, name, known))
        })?;
        Ok((found, index))
    }

    fn step(
        &self,
        service: &Service,
        operation: &Operation,
        raw: Spanned<RawStep>,
    ) -> Result<Step, AnswersError> {
        let at = raw.span().start;
        let RawStep {
            output,
            error,
            throttle,
            delay_ms,
            times,
        } = raw.into_inner();
        let result = match (output, error, throttle.unwrap_or(false)) {
            (Some(output), None, false) => self.output(service, operation, &output)?,
            (None, Some(error), false) => Outcome::Error(self.error(error)?),
            (None, None, true) => Outcome::Throttle,
            (None, None, false) if delay_ms.is_some() => Outcome::AsWithout,
            (None, None, false) => {
                let what = "a step needs `output`, `error`, `throttle` or `delay-ms`";
                return Err(self.wrong(at, what));
            }
            _ => return Err(self.wrong(at, "a step has one of `output`, `error` and `throttle`")),
        };
        let delay = match delay_ms {
            Some(delay) if *delay.get_ref() > LONGEST => {
                let what = format!("a delay has at most {LONGEST} ms");
                return Err(self.wrong(delay.span().start, what));
            }
            delay => Duration::from_millis(delay.map_or(0, Spanned::into_inner)),
        };
        Ok(Step {
            result,
            delay,
            times,
        })
    }

    fn error(&self, raw: RawError) -> Result<ServiceError, AnswersError> {
        let error = ServiceError::new(raw.code, raw.message);
        match raw.status {
            None => Ok(error),
            Some(status) if (400..600).contains(status.get_ref()) => {
                Ok(error.with_status(status.into_inner()))
            }
            Some(status) => {
                let what = "the status of an error is between 400 and 599";
                Err(self.wrong(status.span().start, what))
            }
        }
    }

    fn output(
        &self,
        service: &Service,
        operation: &Operation,
        table: &Spanned<toml::Table>,
    ) -> Result<Outcome, AnswersError> {
        let mut members = self.checked(table, |table| check_output(service, operation, table))?;
        let payload = blob_payload(service, operation).map(|member| {
            let given = members.remove(&member.name);
            let base64 = given.as_ref().and_then(Value::as_str).unwrap_or_default();
            Bytes::from(STANDARD.decode(base64).unwrap_or_default())
        });
        Ok(Outcome::Output { members, payload })
    }

    /// A table in the form of parameters; what is wrong is told with the line of the member.
    fn checked(
        &self,
        table: &Spanned<toml::Table>,
        check: impl Fn(&Map<String, Value>) -> Result<CheckedInput, InputError>,
    ) -> Result<Map<String, Value>, AnswersError> {
        let values = table.get_ref().iter();
        let values = values.map(|(name, value)| (name.clone(), json(value)));
        check(&values.collect())
            .map(|checked| checked.members)
            .map_err(|error| self.wrong(self.place(table.span().start, &error), error.to_string()))
    }

    /// Where the last name of a path stands, at or after a byte.
    fn place(&self, start: usize, error: &InputError) -> usize {
        let (InputError::Unknown { path, .. }
        | InputError::Type { path, .. }
        | InputError::Union { path, .. }
        | InputError::HostLabel { path, .. }) = error;
        let name = path.rsplit('.').next().unwrap_or(path);
        let name = name.split('[').next().unwrap_or(name);
        let rest = self.text.get(start..).unwrap_or_default();
        rest.find(name).map_or(start, |at| start + at)
    }
}

/// The blob that is the whole body of a success.
fn blob_payload<'s>(service: &'s Service, operation: &Operation) -> Option<&'s Member> {
    let output = service.structure(operation.output?)?;
    let member = output.members.get(output.payload? as usize)?;
    matches!(service.shape(member.shape).kind, ShapeKind::Blob { .. }).then_some(member)
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.clone().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => {
            let members = table.iter();
            Value::Object(members.map(|(n, v)| (n.clone(), json(v))).collect())
        }
    }
}
