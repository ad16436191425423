//! The row that is named for a requirement is the one that it comes from.

use rolecall_catalog::{Catalog, explained, fact::NoFacts, resolve, rules_of};
use rolecall_policy::AccountId;
use rolecall_resolve::{sample, send};

#[test]
fn every_requirement_of_a_rule_has_the_row_of_its_action() {
    let account = AccountId::parse("123456789012").expect("an account");
    let mut seen = 0;
    for entry in Catalog::embedded().services() {
        let service = Catalog::embedded()
            .load(&entry.name)
            .expect("it is in the index");
        for (number, operation) in service.operations.iter().enumerate() {
            let name = format!("{}.{}", service.name, operation.name);
            let Some(rules) = rules_of(&service.name, &operation.name) else {
                continue;
            };
            let parameters = sample::parameters(&service, number);
            let sent = send(&service, number, &parameters, "us-east-1", &account)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let found = explained(&sent.call, &NoFacts);
            let plain: Vec<_> = found
                .iter()
                .map(|found| found.requirement.clone())
                .collect();
            assert_eq!(plain, resolve(&sent.call, &NoFacts), "{name}");
            for found in found {
                let Some(row) = found.row else { continue };
                assert_eq!(row.action, found.requirement.action.to_string(), "{name}");
                assert_eq!(row.source, found.requirement.source, "{name}");
                let call = &sent.call;
                let itself =
                    call.service.name == service.name && call.operation().name == operation.name;
                assert!(!itself || rules.rows.contains(&row), "{name}: {row:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 500, "only {seen} requirements of rules");
}
