//! The one engine behind all records.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{
    kind::{Kind, Work},
    kinds, projection,
    record::Record,
    tagging,
    template::Surroundings,
};
use crate::{
    backend::{BackendCall, Host},
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
    },
    synthesised::Synthesised,
};

/// The records of an account in a region, by service, in the order of their making.
type Kept = BTreeMap<String, Vec<Record>>;

/// Services of which only records are kept.
pub(crate) struct Records {
    host: Arc<dyn Host>,
    pub(super) kept: Owned<Kept>,
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Records")
    }
}

impl Records {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            kept: Owned::default(),
        }
    }

    /// Answers what makes, describes, lists, changes, tags or deletes a record.
    pub(crate) fn answer(
        &self,
        call: &BackendCall,
        request: &Request<'_>,
        synthesised: &Synthesised,
    ) -> Option<Outcome> {
        let service = call.call.service.name.as_str();
        let found = kinds::of(service).find_map(|kind| Some((kind, kind.work(request.operation)?)));
        let Some((kind, work)) = found else {
            return match service {
                "ses" => self.identities(request),
                _ => self.tagging(call, request),
            };
        };
        let outcome = self.kept.with(request.owner, request.region, |all| {
            let records = all.entry(service.to_owned()).or_default();
            self.work(kind, work, request, records)
        });
        Some(outcome.map(|found| Self::output(call, kind, work, &found, synthesised)))
    }

    fn work(
        &self,
        kind: &Kind,
        work: Work,
        request: &Request<'_>,
        records: &mut Vec<Record>,
    ) -> Result<Vec<Record>, ServiceError> {
        let parameters = request.parameters;
        let meant = |record: &Record| record.is_meant(kind, parameters);
        match work {
            Work::Create => self
                .create(kind, request, records)
                .map(|record| vec![record]),
            Work::List => self.list(kind, request, records),
            Work::Describe => match records.iter().find(|record| meant(record)) {
                Some(record) => self
                    .described(kind, record, request)
                    .map(|record| vec![record]),
                None => Err(self.missing(kind, request)),
            },
            Work::Update(sets) => match records.iter_mut().find(|record| meant(record)) {
                Some(record) => {
                    self.change(kind, record, request, sets);
                    Ok(vec![record.clone()])
                }
                None => Err(self.missing(kind, request)),
            },
            Work::Delete => match records.iter().position(meant) {
                Some(index) => {
                    let gone = records.remove(index);
                    drop_children(kind, &gone, records);
                    Ok(vec![gone])
                }
                None if kind.delete_absent => Ok(Vec::new()),
                None => Err(self.missing(kind, request)),
            },
        }
    }

    fn described(
        &self,
        kind: &Kind,
        record: &Record,
        request: &Request<'_>,
    ) -> Result<Record, ServiceError> {
        for (operation, member, code, text) in kind.needs {
            if *operation == request.operation && record.text(member).is_none() {
                return Err(self.error(kind, (code, text), request, &record.members));
            }
        }
        Ok(record.clone())
    }

    fn create(
        &self,
        kind: &Kind,
        request: &Request<'_>,
        records: &mut Vec<Record>,
    ) -> Result<Record, ServiceError> {
        self.check_parent(kind, request, records)?;
        let surroundings = self.surroundings(request);
        let mut given = request.parameters.clone();
        given.retain(|name, _| !projection::TAGS.contains(&name.as_str()));
        let mut members = given.clone();
        for (member, template) in kind.made {
            if !members.contains_key(*member)
                && let Some(value) = surroundings.fill(template, &members)
            {
                members.insert((*member).to_owned(), value);
            }
        }
        let record = Record {
            noun: kind.noun,
            members,
            given,
            tags: tagging::read(request.parameters),
        };
        let (_, own) = kind.own_name();
        let same_name = |other: &&Record| {
            other.noun == kind.noun
                && other.text(own) == record.text(own)
                && kind
                    .named_by
                    .iter()
                    .all(|(_, member)| other.text(member) == record.text(member))
        };
        if let (Some(known), Some((code, text))) = (records.iter().find(same_name), kind.exists) {
            if kind.same_again && known.given == record.given {
                return Ok(known.clone());
            }
            return Err(self.error(kind, (code, text), request, &record.members));
        }
        records.push(record.clone());
        Ok(record)
    }

    /// What it belongs to has to be there; `default` always is.
    fn check_parent(
        &self,
        kind: &Kind,
        request: &Request<'_>,
        records: &[Record],
    ) -> Result<(), ServiceError> {
        let parent = kind
            .parent
            .and_then(|noun| kinds::of(kind.service).find(|k| k.noun == noun));
        let Some(parent) = parent else {
            return Ok(());
        };
        let (named, _) = parent.own_name();
        let link = kind.named_by.first().map_or(named, |(request, _)| *request);
        let Some(value) = request.text(link).filter(|value| *value != "default") else {
            return Ok(());
        };
        let asked = Map::from_iter([(named.to_owned(), Value::from(value))]);
        if records.iter().any(|record| record.is_meant(parent, &asked)) {
            return Ok(());
        }
        Err(self.error(parent, parent.missing, request, &asked))
    }

    /// Those that are named, or all that belong to what is named.
    fn list(
        &self,
        kind: &Kind,
        request: &Request<'_>,
        records: &[Record],
    ) -> Result<Vec<Record>, ServiceError> {
        let (own, member) = kind.own_name();
        let mut named: Vec<&str> = request.texts(&format!("{own}s"));
        named.extend(request.text(own));
        let prefix = ["NamePrefix", "namePrefix"]
            .iter()
            .find_map(|name| request.text(name));
        let here = records.iter().filter(|record| {
            record.noun == kind.noun
                && record.belongs(kind, request.parameters)
                && prefix.is_none_or(|prefix| {
                    record
                        .text(member)
                        .is_some_and(|name| name.starts_with(prefix))
                })
        });
        if named.is_empty() {
            return Ok(here.cloned().collect());
        }
        let here: Vec<&Record> = here.collect();
        let mut found = Vec::new();
        for name in named {
            let asked = Map::from_iter([(own.to_owned(), Value::from(name))]);
            let Some(record) = here.iter().find(|record| record.is_meant(kind, &asked)) else {
                return Err(self.error(kind, kind.missing, request, &asked));
            };
            found.push((*record).clone());
        }
        Ok(found)
    }

    fn change(
        &self,
        kind: &Kind,
        record: &mut Record,
        request: &Request<'_>,
        sets: &[(&str, &str)],
    ) {
        let names: Vec<&str> = kind.named_by.iter().map(|(member, _)| *member).collect();
        for (member, value) in request.parameters {
            if !names.contains(&member.as_str()) && !projection::TAGS.contains(&member.as_str()) {
                record.members.insert(member.clone(), value.clone());
            }
        }
        let surroundings = self.surroundings(request);
        for (member, template) in sets {
            if let Some(value) = surroundings.fill(template, &record.members) {
                record.members.insert((*member).to_owned(), value);
            }
        }
    }

    fn surroundings<'a>(&'a self, request: &'a Request<'a>) -> Surroundings<'a> {
        Surroundings {
            request,
            host: self.host.as_ref(),
        }
    }

    fn missing(&self, kind: &Kind, request: &Request<'_>) -> ServiceError {
        self.error(kind, kind.missing, request, request.parameters)
    }

    fn error(
        &self,
        kind: &Kind,
        (code, text): (&str, &str),
        request: &Request<'_>,
        members: &Map<String, Value>,
    ) -> ServiceError {
        let filled = self.surroundings(request).text(text, members);
        let error = ServiceError::new(code, filled.unwrap_or_else(|| text.to_owned()));
        // The models do not have it. Source: CloudFormation API reference, "Common errors".
        let mut error = if code == "ValidationError" {
            error.with_status(400)
        } else {
            error
        };
        error.detail = Some(format!("the records of a {} ({})", kind.noun, kind.source));
        error
    }

    /// The answer: what the records say, and what it must have beside them.
    fn output(
        call: &BackendCall,
        kind: &Kind,
        work: Work,
        found: &[Record],
        synthesised: &Synthesised,
    ) -> Map<String, Value> {
        let service = &call.call.service;
        let Some(output) = call
            .call
            .operation()
            .output
            .and_then(|id| service.structure(id))
        else {
            return Map::new();
        };
        let mut answer = match (work, found) {
            (Work::List, records) => projection::many(service, output, kind, records),
            (_, [record, ..]) => projection::one(service, output, kind, record),
            (_, []) => Map::new(),
        };
        let made_up = synthesised
            .answer_to(&call.call, &call.owner, &call.request_id)
            .output;
        for member in output.members.iter().filter(|member| member.required) {
            if let (false, Some(value)) =
                (answer.contains_key(&member.name), made_up.get(&member.name))
            {
                answer.insert(member.name.clone(), value.clone());
            }
        }
        answer
    }
}

/// Deletes what belonged to what was deleted.
fn drop_children(kind: &Kind, gone: &Record, records: &mut Vec<Record>) {
    let (_, own) = kind.own_name();
    let names: Vec<&str> = [gone.text(own), gone.text(kind.arn)]
        .into_iter()
        .flatten()
        .collect();
    let children: Vec<&Kind> = kinds::of(kind.service)
        .filter(|child| child.parent == Some(kind.noun))
        .collect();
    for child in children {
        let link = child.named_by.first().map_or("", |(_, member)| *member);
        let is_orphan = |record: &Record| {
            record.noun == child.noun && record.text(link).is_some_and(|text| names.contains(&text))
        };
        let orphans: Vec<Record> = records.iter().filter(|r| is_orphan(r)).cloned().collect();
        records.retain(|record| !is_orphan(record));
        for orphan in orphans {
            drop_children(child, &orphan, records);
        }
    }
}
