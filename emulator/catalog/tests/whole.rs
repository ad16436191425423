//! The committed catalog, read from end to end.

use rolecall_catalog::{Catalog, generated::CatalogError, model::ShapeKind};
use rolecall_policy::Action;

#[test]
fn every_service_and_every_prefix_loads() {
    let catalog = Catalog::embedded();
    assert!(catalog.damage().is_none());
    assert_eq!(catalog.services().len(), 439);
    let mut operations = 0;
    for entry in catalog.services() {
        let service = catalog.load(&entry.name).unwrap();
        assert_eq!(
            service.operations.len(),
            entry.operations as usize,
            "{}",
            entry.name
        );
        assert_eq!(service.name, entry.name);
        operations += service.operations.len();
    }
    assert_eq!(operations, 19_796);
    assert_eq!(catalog.iam_prefixes().len(), 457);
    for entry in catalog.iam_prefixes() {
        assert_eq!(
            catalog.load_iam(&entry.prefix).unwrap().prefix,
            entry.prefix
        );
    }
}

#[test]
fn a_service_is_loaded_once() {
    let first = Catalog::embedded().service("dynamodb").unwrap();
    let second = Catalog::embedded().service("dynamodb").unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));
}

#[test]
fn models_keep_what_the_protocols_need() {
    let s3 = Catalog::embedded().service("s3").unwrap();
    let put = &s3.operations[s3.operation_index("PutObject").unwrap()];
    let input = s3.structure(put.input.unwrap()).unwrap();
    let body = &input.members[input.payload.unwrap() as usize];
    assert_eq!(body.name, "Body");
    assert!(
        body.streaming
            || matches!(
                s3.shape(body.shape).kind,
                ShapeKind::Blob { streaming: true }
            )
    );
    let sqs = Catalog::embedded().service("sqs").unwrap();
    assert!(sqs.query_compatible);
    let iam = Catalog::embedded().service("iam").unwrap();
    let get_role = &iam.operations[iam.operation_index("GetRole").unwrap()];
    assert_eq!(get_role.result_wrapper.as_deref(), Some("GetRoleResult"));
}

#[test]
fn actions_have_resource_types_with_arn_formats() {
    let catalog = Catalog::embedded();
    let action = catalog
        .action(&Action::parse("SQS:sendmessage").unwrap())
        .unwrap();
    assert_eq!(action.name, "SendMessage");
    assert_eq!(action.resource_types[0].resource_type, "queue");
    let sqs = catalog.iam("sqs").unwrap();
    let queue = sqs.resource_type("queue").unwrap();
    assert_eq!(
        queue.arn,
        "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"
    );
    assert!(
        catalog
            .action(&Action::parse("sqs:NoSuchAction").unwrap())
            .is_none()
    );
}

#[test]
fn operations_are_mapped_to_actions() {
    let catalog = Catalog::embedded();
    let first = |service: &str, operation: &str| {
        let number = catalog
            .service(service)
            .unwrap()
            .operation_index(operation)
            .unwrap();
        let mapping = catalog.mapping(service, number).unwrap();
        mapping
            .actions
            .first()
            .map(|a| format!("{} {:?}", a.action, a.provenance))
    };
    let cases = [
        ("dynamodb", "GetItem", Some("dynamodb:GetItem SameName")),
        ("lambda", "Invoke", Some("lambda:InvokeFunction Documented")),
        (
            "cloudfront",
            "CreateDistribution",
            Some("cloudfront:CreateDistribution SameName"),
        ),
        (
            "budgets",
            "CreateBudget",
            Some("budgets:ModifyBudget Documented"),
        ),
        ("connectparticipant", "SendMessage", None),
    ];
    for (service, operation, expected) in cases {
        assert_eq!(
            first(service, operation).as_deref(),
            expected,
            "{service} {operation}"
        );
    }
}

#[test]
fn patterns_stand_for_actions() {
    let catalog = Catalog::embedded();
    let names = |pattern: &str| {
        let actions = catalog.expand_action(pattern);
        actions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        names("dynamodb:Batch*"),
        ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]
    );
    assert_eq!(names("SQS:send?essage"), ["sqs:SendMessage"]);
    assert_eq!(names("nothing:*"), Vec::<String>::new());
    assert_eq!(names("*").len(), 22_321);
}

#[test]
fn damage_is_an_error() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/catalog.bin")).unwrap();
    assert!(matches!(
        Catalog::from_bytes(b"RCALCAT0"),
        Err(CatalogError::NotACatalog)
    ));
    let half = bytes[..bytes.len() / 2].to_vec();
    let catalog = Catalog::from_bytes(Vec::leak(half)).unwrap();
    assert!(catalog.load("accessanalyzer").is_ok());
    assert!(matches!(
        *catalog.load("xray").unwrap_err(),
        CatalogError::OutOfBounds(_)
    ));
    let mut flipped = bytes;
    let middle = flipped.len() / 2;
    for byte in &mut flipped[middle..middle + 64] {
        *byte ^= 0x55;
    }
    let catalog = Catalog::from_bytes(Vec::leak(flipped)).unwrap();
    let broken = catalog
        .services()
        .iter()
        .filter(|e| catalog.load(&e.name).is_err())
        .count();
    assert!((1..=3).contains(&broken), "{broken}");
}
