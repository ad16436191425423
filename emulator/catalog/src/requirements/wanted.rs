//! Which parameter is a variable of an ARN format.

use serde_json::{Map, Value};

use super::{
    Scope,
    names::{
        candidates, essence, is_last_word, is_longer, is_tail, plain, says_how, says_nothing, short,
    },
};
use crate::{generated::ResourceHint, model::Member};

/// A variable of a format, and what is around it.
pub(super) struct Wanted<'f> {
    pub(super) variable: &'f str,
    /// The resource type, for the last variable of its format: it is the type's own id.
    pub(super) kind: Option<&'f str>,
    /// Whether it is the only one.
    pub(super) single: bool,
    /// Whether the action takes no other type.
    pub(super) alone: bool,
    /// Whether the action takes no other type, or requires no other.
    pub(super) main: bool,
    /// For the last one, whose predecessors are all found: what they are.
    pub(super) within: Option<Vec<String>>,
    /// Whether its name in short is another variable's: `${ApplicationId}` beside `${AppId}`.
    pub(super) ambiguous: bool,
    /// The text before it.
    pub(super) before: &'f str,
    /// Whether the text before it is about it alone.
    pub(super) ends: bool,
    /// Parameters that are another variable's of the same format: a broker's id is not its name too.
    pub(super) others: &'f [String],
}

/// A parameter's name, and what it holds.
type Named = (String, Vec<String>);

/// What the parameter of a variable holds.
pub(super) enum Found {
    Texts(Vec<String>),
    Arns(Vec<String>),
}

impl Wanted<'_> {
    /// What stands for the variable, and the name of the parameter that says so.
    pub(super) fn found(
        &self,
        hints: &[ResourceHint],
        scope: &Scope<'_>,
    ) -> (Found, Option<String>) {
        let of_call = |text: &str| (Found::Texts(vec![text.to_owned()]), None);
        match self.variable {
            "Partition" => return of_call(&scope.call.partition),
            "Region" => return of_call(&scope.call.region),
            "Account" => {
                let owner = owner(&scope.call.parameters);
                return of_call(owner.unwrap_or_else(|| scope.call.account.as_str()));
            }
            // The data do not say what stands there.
            "*" => return (Found::Texts(Vec::new()), None),
            _ => {}
        }
        let parameters = &scope.call.parameters;
        let hinted = hints.iter().find_map(|hint| match hint {
            ResourceHint::Variable { name, path } if name == self.variable => Some(path),
            _ => None,
        });
        let operation = &scope.call.operation().name;
        let copies = ["Copy", "Create", "Import"]
            .iter()
            .any(|verb| operation.starts_with(verb));
        let makes = copies || operation.starts_with("Restore");
        let hinted = hinted.filter(|path| !self.is_other(path, makes) && self.is_hinted(path));
        if let Some(path) = hinted {
            let values = at_path(&Value::Object(parameters.clone()), path);
            if !values.is_empty() {
                return (Found::Texts(values), Some(path.clone()));
            }
        }
        let named = self
            .spellings()
            .iter()
            .find_map(|spelled| self.by_name(parameters, *spelled, makes))
            .or_else(|| {
                let generic = self.single && self.main;
                generic.then(|| self.by_generic_name(scope, makes))?
            })
            .or_else(|| {
                self.by_words(scope, makes)
                    .filter(|_| !copies && !self.ambiguous)
            })
            .or_else(|| self.inside(scope, makes))
            .or_else(|| {
                // What named a parent does not name the thing itself.
                let parents = self.within.as_ref()?;
                let named = self.by_generic_name(scope, makes)?;
                (!named.1.iter().all(|text| parents.contains(text))).then_some(named)
            });
        let (name, texts) = named.map_or((None, Vec::new()), |(n, texts)| (Some(n), texts));
        let (arns, mut texts): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|t| t.starts_with("arn:"));
        // An ARN inside an ARN is never right.
        if texts.is_empty() && !arns.is_empty() && self.kind.is_some() {
            return (Found::Arns(arns), name);
        }
        // An alias is not the id of what it stands for (KMS, Verified Permissions, ...).
        let is_alias = |text: &String| text.starts_with("alias/") || text.contains("-alias/");
        if !plain(self.variable).contains("alias") {
            texts.retain(|text| !is_alias(text));
        }
        // `.../ou-${Id}` with the id `ou-1a2b`: the start is not said twice.
        let start = self.before.rsplit(['/', ':']).next().unwrap_or_default();
        if !start.is_empty() {
            for text in &mut texts {
                *text = text.strip_prefix(start).unwrap_or(text).to_owned();
            }
        }
        (Found::Texts(texts), name)
    }

    /// Says whether a hint is about this variable: `${ResourceId}` is the last one of many types, and the hint
    /// is the action's. Among several types it is that one's which the parameter is called after.
    fn is_hinted(&self, path: &str) -> bool {
        let plain_name = plain(self.variable);
        let every_thing_s = says_nothing(&plain_name) || plain_name == "resourceid";
        let name = path.rsplit('.').next().unwrap_or(path);
        let after = |called: &&str| {
            essence(name) == essence(called) || is_tail(name, called) || is_longer(name, called)
        };
        self.alone || !every_thing_s || essence(name).is_empty() || self.called().iter().any(after)
    }

    /// How a parameter's name may be spelled: not in short where that is another variable's name.
    fn spellings(&self) -> &'static [fn(&str) -> String] {
        const BOTH: [fn(&str) -> String; 2] = [plain, short];
        if self.ambiguous { &BOTH[..1] } else { &BOTH }
    }

    /// What the format calls the thing: the type for the last variable, and the text before it.
    fn called(&self) -> Vec<&str> {
        let segment = self.segment().filter(|_| self.ends || self.kind.is_some());
        self.kind.into_iter().chain(segment).collect()
    }

    /// `refresh-schedule` of `dataset/${DatasetId}/refresh-schedule/${ResourceId}`.
    fn segment(&self) -> Option<&str> {
        let text = self.before.strip_suffix(['/', ':'])?;
        text.rsplit(['/', ':']).next().filter(|t| !t.is_empty())
    }

    fn by_name(
        &self,
        parameters: &Map<String, Value>,
        spelled: fn(&str) -> String,
        makes: bool,
    ) -> Option<Named> {
        let usable = parameters.keys().filter(|name| !self.is_other(name, makes));
        let usable: Vec<(&String, String)> = usable.map(|name| (name, spelled(name))).collect();
        let names = candidates(self.variable, &self.called(), spelled);
        names.iter().find_map(|wanted| {
            let (name, _) = usable.iter().find(|(_, spelled)| spelled == wanted)?;
            value_of(parameters, name)
        })
    }

    /// `id`, `identifier`, or `name`, which may be a new name unless it has to be given or something is
    /// asked for.
    fn by_generic_name(&self, scope: &Scope<'_>, makes: bool) -> Option<Named> {
        let input = scope
            .call
            .service
            .structure(scope.call.operation().input?)?;
        let operation = &scope.call.operation().name;
        let asks = ["Get", "Describe"]
            .iter()
            .any(|start| operation.starts_with(start));
        let mut names = GENERIC.to_vec();
        if self.alone {
            names.extend(["resourceid", "resourceidentifier", "resourcename"]);
        }
        names.iter().find_map(|wanted| {
            let mut members = input.members.iter();
            let member = members.find(|m| plain(&m.name) == *wanted)?;
            let is_name = *wanted == "name";
            let fits = member.required || self.single && (asks || !is_name);
            let fits = fits && !self.is_other(&member.name, makes);
            let fits = fits && (!is_name || self.is_of(operation));
            fits.then(|| value_of(&scope.call.parameters, &member.name))?
        })
    }

    /// Says whether a parameter is the name of a thing whose ARN has an id: AWS gives it the id, and
    /// the request does not have it. `${ResourceId}` is what some services call any part of an ARN;
    /// there a name may stand, but for what is made.
    fn is_no_id(&self, parameter: &str, makes: bool) -> bool {
        let variable = plain(self.variable);
        let id = variable.ends_with("id") && (makes || variable != "resourceid")
            || makes && variable.ends_with("identifier");
        id && plain(parameter).ends_with("name")
    }

    /// Says whether a parameter is not this variable's, whatever it is called.
    fn is_other(&self, parameter: &str, makes: bool) -> bool {
        self.is_no_id(parameter, makes) || self.others.iter().any(|other| other == parameter)
    }

    /// Says whether an operation is about this thing: `Name` of `UpdateNamedQuery` is no work group's.
    fn is_of(&self, operation: &str) -> bool {
        let operation = plain(operation);
        let called = self.called().into_iter().chain([self.variable]);
        let mut nouns = called.map(|called| essence(called).concat());
        nouns.any(|noun| {
            noun.is_empty() || short(&operation).contains(&noun) || operation.contains(&noun)
        })
    }

    /// A parameter of a structure that is a parameter, or of each item of a list, by a name that is
    /// not every thing's. A filter says what is left out of an answer and not what is asked about.
    fn inside(&self, scope: &Scope<'_>, makes: bool) -> Option<Named> {
        let parameters = &scope.call.parameters;
        let names = candidates(self.variable, &self.called(), plain);
        if names.first().is_some_and(|name| says_nothing(name)) {
            return None;
        }
        let members: Vec<(&String, &Value)> = parameters
            .iter()
            .filter(|(name, _)| !plain(name).contains("filter"))
            .flat_map(|(_, value)| members(value))
            .filter(|(name, _)| !self.is_other(name, makes))
            .collect();
        let found = names.iter().find_map(|wanted| {
            let named = members.iter().filter(|(name, _)| plain(name) == *wanted);
            let (name, _) = named.clone().next()?;
            let texts: Vec<String> = named.flat_map(|(_, value)| scalars(value)).collect();
            (!texts.is_empty()).then(|| ((*name).clone(), texts))
        });
        // What is made has no name yet; one that is deep inside is another's.
        let operation = plain(&scope.call.operation().name);
        let is_made = |kind| makes && operation.ends_with(&plain(kind));
        let very_name = names.first().filter(|_| !self.kind.is_some_and(is_made));
        found.or_else(|| {
            deeper(
                very_name?,
                members.iter().map(|(_, value)| *value).collect(),
            )
        })
    }

    /// The one required parameter whose name is a part of the thing's name, or the other way round;
    /// an optional one too for `${PackageFormat}` on the way to the thing.
    fn by_words(&self, scope: &Scope<'_>, makes: bool) -> Option<Named> {
        let called: Vec<&str> = self.called().into_iter().chain([self.variable]).collect();
        let service = &scope.call.service;
        let input = service.structure(scope.call.operation().input?)?;
        let only = |fits: &dyn Fn(&Member) -> bool| {
            let fits = |m: &&Member| fits(m) && !self.is_other(&m.name, makes);
            let mut fits = input.members.iter().filter(fits);
            let only = fits.next().filter(|_| fits.next().is_none())?;
            value_of(&scope.call.parameters, &only.name)
        };
        let tail = |m: &Member| m.required && called.iter().any(|c| is_tail(&m.name, c));
        let longer = |m: &Member| {
            let fits = m.required && (self.single || says_how(&m.name));
            fits && called.iter().any(|c| is_longer(&m.name, c))
        };
        let word = |m: &Member| is_last_word(&m.name, self.variable);
        match self.kind {
            Some(_) => only(&tail).or_else(|| only(&longer)),
            None => only(&word).or_else(|| only(&longer)),
        }
    }
}

/// Further down only a variable's very name counts: `LaunchTemplateId` of a fleet's configurations.
fn deeper(name: &str, mut values: Vec<&Value>) -> Option<Named> {
    while !values.is_empty() {
        let inner: Vec<_> = values.iter().flat_map(|value| members(value)).collect();
        let named = inner.iter().filter(|(member, _)| plain(member) == name);
        let mut texts: Vec<String> = named.flat_map(|(_, value)| scalars(value)).collect();
        texts.sort();
        texts.dedup();
        if !texts.is_empty() {
            return Some((name.to_owned(), texts));
        }
        values = inner.into_iter().map(|(_, value)| value).collect();
    }
    None
}

/// The account whose thing is named, where the call says so: a mesh or a domain that another account shares.
///
/// source: service model: `meshOwner` of App Mesh, `domainOwner` of CodeArtifact, which is in the ARNs
fn owner(parameters: &Map<String, Value>) -> Option<&str> {
    let mut owners = ["meshOwner", "domainOwner"]
        .iter()
        .filter_map(|name| parameters.get(*name));
    let owner = owners.find_map(Value::as_str);
    owner.filter(|owner| owner.len() == 12 && owner.bytes().all(|b| b.is_ascii_digit()))
}

/// What an identifier is called that does not say of what, best first.
const GENERIC: [&str; 3] = ["id", "identifier", "name"];

fn value_of(parameters: &Map<String, Value>, name: &str) -> Option<Named> {
    let texts = parameters.get(name).map(scalars)?;
    (!texts.is_empty()).then(|| (name.to_owned(), texts))
}

pub(super) fn members(value: &Value) -> Vec<(&String, &Value)> {
    match value {
        Value::Object(members) => members.iter().collect(),
        Value::Array(items) => {
            let structures = items.iter().filter_map(Value::as_object);
            structures.flatten().collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(scalars).collect(),
        _ => Vec::new(),
    }
}

/// The texts at a path such as `Budget.BudgetName` or `Ids[]`.
fn at_path(value: &Value, path: &str) -> Vec<String> {
    match path.split_once('.') {
        None => member(value, path).iter().flat_map(scalars).collect(),
        Some((first, rest)) => member(value, first)
            .iter()
            .flat_map(|inner| at_path(inner, rest))
            .collect(),
    }
}

fn member(value: &Value, step: &str) -> Vec<Value> {
    let (name, items) = step
        .strip_suffix("[]")
        .map_or((step, false), |name| (name, true));
    match value.get(name) {
        Some(Value::Array(found)) if items => found.clone(),
        Some(found) => vec![found.clone()],
        None => Vec::new(),
    }
}
