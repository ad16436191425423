//! CloudFormation: stacks that are complete as soon as they are asked for, with no resources.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "cloudformation",
        noun: "stack",
        create: &["CreateStack"],
        named_by: &[("StackName", "StackName")],
        arn: "StackId",
        made: &[
            (
                "StackId",
                "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/{uuid}",
            ),
            ("StackStatus", "CREATE_COMPLETE"),
            ("CreationTime", "{now}"),
            ("DisableRollback", "=false"),
        ],
        describe: &["GetTemplate"],
        list: &["DescribeStacks", "ListStacks"],
        update: &[(
            "UpdateStack",
            &[
                ("StackStatus", "UPDATE_COMPLETE"),
                ("LastUpdatedTime", "{now}"),
            ],
        )],
        delete: &["DeleteStack"],
        delete_absent: true,
        missing: (
            "ValidationError",
            "Stack with id {StackName} does not exist",
        ),
        exists: Some((
            "AlreadyExistsException",
            "Stack [{StackName}] already exists",
        )),
        source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html",
        ..NONE
    },
    Kind {
        service: "cloudformation",
        noun: "change set",
        create: &["CreateChangeSet"],
        named_by: &[
            ("StackName", "StackName"),
            ("ChangeSetName", "ChangeSetName"),
        ],
        arn: "Id",
        made: &[
            (
                "Id",
                "arn:{partition}:cloudformation:{region}:{account}:changeSet/{ChangeSetName}/{uuid}",
            ),
            ("ChangeSetId", "{Id}"),
            (
                "StackId",
                "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/{uuid}",
            ),
            ("Status", "CREATE_COMPLETE"),
            ("ExecutionStatus", "AVAILABLE"),
            ("CreationTime", "{now}"),
            ("Changes", "=[]"),
        ],
        describe: &["DescribeChangeSet"],
        list: &["ListChangeSets"],
        update: &[(
            "ExecuteChangeSet",
            &[("ExecutionStatus", "EXECUTE_COMPLETE")],
        )],
        delete: &["DeleteChangeSet"],
        delete_absent: true,
        missing: (
            "ChangeSetNotFound",
            "ChangeSet [{ChangeSetName}] does not exist",
        ),
        exists: Some((
            "AlreadyExistsException",
            "ChangeSet {ChangeSetName} cannot be created due to a mismatch with existing attribute Template",
        )),
        source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html",
        ..NONE
    },
];
