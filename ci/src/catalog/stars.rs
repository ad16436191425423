//! What a `*` in a resource stands for: what is made, what its format has, an id that a fact says.

use rolecall_catalog::{
    Call, Catalog, Fact, FactKind, FactValue, Facts, iam::ActionResource, resolve,
};
use rolecall_policy::{Action, Requirement};

/// How an operation that makes something begins: its id may not exist yet.
const MAKES: [&str; 7] = [
    "Allocate", "Copy", "Create", "Import", "Issue", "Publish", "Purchase",
];

/// How an operation begins that may make something: what it is called after.
const MAY_MAKE: [&str; 8] = [
    "Begin", "Generate", "Put", "Register", "Request", "Restore", "Start", "Submit",
];

/// What is made by being started.
const STARTED: [&str; 14] = [
    "analysis",
    "assessment",
    "asyncinvoke",
    "batch",
    "execution",
    "experiment",
    "export",
    "import",
    "job",
    "query",
    "run",
    "snapshot",
    "task",
    "verification",
];

/// Says whether an operation makes what its resource stands for.
pub(super) fn makes(operation: &str, resource: &str) -> bool {
    if MAKES.iter().any(|start| operation.starts_with(start)) {
        return true;
    }
    let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    let Some((verb, named)) = MAY_MAKE
        .iter()
        .find_map(|verb| Some((*verb, operation.strip_prefix(verb)?)))
    else {
        return false;
    };
    // `RestoreClusterFromSnapshot`: a cluster is made.
    let made = plain(named.split_once("From").map_or(named, |(made, _)| made));
    let mut parts = resource.split([':', '/']).skip(5).map(plain);
    let named = parts.any(|part| part.starts_with(&made) || made.strip_suffix('s') == Some(&part));
    named && (verb != "Start" || STARTED.iter().any(|end| made.ends_with(end)))
}

/// Says whether an operation's own resource is known as soon as the ARNs are that are asked for.
pub(super) fn known_by_fact(catalog: &Catalog, call: &Call) -> bool {
    let answered = answered(call);
    answered.is_some_and(|own| {
        !own.resource.contains('*') || is_format(catalog, &own.action, &own.resource)
    })
}

fn answered(call: &Call) -> Option<Requirement> {
    let mut requirements = resolve(call, &Answers).into_iter();
    requirements.next()
}

/// Knows every ARN that is asked for: with `sample` for each star, and of a part or a name that stands for the
/// resource any ARN without a star.
struct Answers;

impl Facts for Answers {
    fn fact(&self, fact: &Fact) -> FactValue {
        if fact.kind != FactKind::ResourceArn {
            return FactValue::NotKnown;
        }
        FactValue::Present(fact.subject.replace('*', "sample").into())
    }
}

/// Says whether the documented format of an ARN has a star where it has one: below a part of its own
/// (`/backend/${AppId}/*`), or in a type that is called after all of its kind (`wildcard-phone-number`). A
/// star that stands for the only id (`rep:*`) is none of these: it is a variable without a name.
pub(super) fn is_format(catalog: &Catalog, named: &Action, resource: &str) -> bool {
    let Some(action) = catalog.action(named) else {
        return false;
    };
    let Some(iam) = catalog.iam(named.prefix()) else {
        return false;
    };
    let mut kinds = iam.resource_types.iter().filter(|kind| {
        let is_taken =
            |taken: &ActionResource| taken.resource_type.eq_ignore_ascii_case(&kind.name);
        action.resource_types.iter().any(is_taken)
    });
    kinds.any(|kind| {
        let is_all = kind.name.starts_with("wildcard-") || kind.name.starts_with("All");
        let own_part = kind.arn.splitn(6, ':').last().unwrap_or_default();
        let Some((before, after)) = own_part.split_once('*') else {
            return false;
        };
        (is_all || before.contains("${")) && after.is_empty() && has_form(resource, &kind.arn)
    })
}

/// Says whether an ARN has a format, with a star where that has one and nowhere else.
fn has_form(arn: &str, format: &str) -> bool {
    let parts = |text: &str| -> Vec<String> { text.split([':', '/']).map(str::to_owned).collect() };
    let (arn, format) = (parts(arn), parts(format));
    arn.len() == format.len()
        && arn.iter().zip(&format).all(|(is, wanted)| {
            is == wanted || wanted.starts_with("${") && !is.is_empty() && !is.contains('*')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_of_the_format_is_below_a_part_of_the_resource() {
        let format = "arn:${Partition}:amplifybackend:${Region}:${Account}:/backend/${AppId}/*";
        let own = "arn:aws:amplifybackend:us-east-1:123456789012:/backend/app/*";
        assert!(has_form(own, format));
        assert!(!has_form(
            "arn:aws:amplifybackend:us-east-1:123456789012:/backend/*/*",
            format
        ));
        assert!(!has_form(
            "arn:aws:amplifybackend:us-east-1:123456789012:/backend/app/x",
            format
        ));
    }

    #[test]
    fn a_star_for_the_only_id_is_a_variable() {
        let catalog = Catalog::embedded();
        let project = "arn:aws:dms:us-east-1:123456789012:migration-project:*";
        let is = |action: &str, resource: &str| {
            let action = Action::parse(action).expect("an action");
            is_format(catalog, &action, resource)
        };
        assert!(!is("dms:DeleteMigrationProject", project));
        let backend = "arn:aws:amplifybackend:us-east-1:123456789012:/backend/app/*";
        assert!(is("amplifybackend:GetBackend", backend));
        let numbers = "arn:aws:connect:us-east-1:123456789012:phone-number/*";
        assert!(is("connect:GetFlowAssociation", numbers));
    }
}
