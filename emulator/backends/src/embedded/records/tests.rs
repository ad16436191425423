//! The tables against the services' models.

use rolecall_catalog::{Catalog, Operation, Service};

use super::{kind::Kind, kinds};

fn operation<'s>(service: &'s Service, name: &str, kind: &Kind) -> &'s Operation {
    let index = service.operation_index(name);
    let index = index.unwrap_or_else(|| panic!("{} has no {name} ({})", service.name, kind.noun));
    &service.operations[index]
}

fn has_input(service: &Service, operation: &Operation, member: &str) -> bool {
    let input = operation.input.and_then(|id| service.structure(id));
    input.is_some_and(|input| input.members.iter().any(|known| known.name == member))
}

#[test]
fn tables_name_only_operations_and_members_that_there_are() {
    for kind in kinds::all() {
        let service = Catalog::embedded().service(kind.service).unwrap();
        let updates = kind.update.iter().map(|(name, _)| name);
        for name in kind.create.iter().chain(kind.list) {
            operation(&service, name, kind);
        }
        for name in kind.describe.iter().chain(updates).chain(kind.delete) {
            let operation = operation(&service, name, kind);
            let (own, _) = kind.own_name();
            assert!(
                has_input(&service, operation, own),
                "{}: {name} has no {own}",
                kind.service
            );
        }
        assert!(
            kind.source.starts_with("https://docs.aws.amazon.com/"),
            "{}",
            kind.noun
        );
    }
}

#[test]
fn no_noun_is_given_twice() {
    let mut nouns: Vec<&str> = kinds::all().map(|kind| kind.noun).collect();
    let all = nouns.len();
    nouns.sort_unstable();
    nouns.dedup();
    assert_eq!(nouns.len(), all);
}

#[test]
fn no_operation_is_claimed_twice() {
    for kind in kinds::all() {
        let others = kinds::of(kind.service).filter(|other| other.noun != kind.noun);
        let updates = kind.update.iter().map(|(name, _)| name);
        let own = kind
            .create
            .iter()
            .chain(kind.describe)
            .chain(kind.list)
            .chain(kind.delete);
        let own: Vec<&str> = own.chain(updates).copied().collect();
        for other in others {
            let twice = own.iter().find(|name| other.work(name).is_some());
            assert_eq!(twice, None, "{} and {}", kind.noun, other.noun);
        }
    }
}
