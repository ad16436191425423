//! Step Functions. Executions are started and stay running until they are stopped.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "stepfunctions",
        noun: "state machine",
        create: &["CreateStateMachine"],
        named_by: &[("stateMachineArn", "name")],
        arn: "stateMachineArn",
        made: &[
            (
                "stateMachineArn",
                "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
            ),
            ("type", "STANDARD"),
            ("status", "ACTIVE"),
            ("creationDate", "{now}"),
            ("updateDate", "{now}"),
            ("revisionId", "{uuid}"),
            (
                "loggingConfiguration",
                r#"={"level":"OFF","includeExecutionData":false}"#,
            ),
            ("tracingConfiguration", r#"={"enabled":false}"#),
        ],
        describe: &["DescribeStateMachine"],
        list: &["ListStateMachines"],
        update: &[(
            "UpdateStateMachine",
            &[("updateDate", "{now}"), ("revisionId", "{uuid}")],
        )],
        delete: &["DeleteStateMachine"],
        delete_absent: true,
        missing: (
            "StateMachineDoesNotExist",
            "State Machine Does Not Exist: '{stateMachineArn}'",
        ),
        exists: Some((
            "StateMachineAlreadyExists",
            "State Machine Already Exists: '{stateMachineArn}'",
        )),
        same_again: true,
        source: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
        ..NONE
    },
    Kind {
        service: "stepfunctions",
        noun: "activity",
        create: &["CreateActivity"],
        named_by: &[("activityArn", "name")],
        arn: "activityArn",
        made: &[
            (
                "activityArn",
                "arn:{partition}:states:{region}:{account}:activity:{name}",
            ),
            ("creationDate", "{now}"),
        ],
        describe: &["DescribeActivity"],
        list: &["ListActivities"],
        delete: &["DeleteActivity"],
        delete_absent: true,
        missing: (
            "ActivityDoesNotExist",
            "Activity Does Not Exist: '{activityArn}'",
        ),
        exists: Some((
            "ActivityAlreadyExists",
            "Activity Already Exists: '{activityArn}'",
        )),
        same_again: true,
        source: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html",
        ..NONE
    },
    Kind {
        service: "stepfunctions",
        noun: "execution",
        create: &["StartExecution"],
        named_by: &[
            ("stateMachineArn", "stateMachineArn"),
            ("executionArn", "name"),
        ],
        arn: "executionArn",
        made: &[
            ("name", "{uuid}"),
            (
                "executionArn",
                "arn:{partition}:states:{region}:{account}:execution:{stateMachineArn|last}:{name}",
            ),
            ("input", r#"="{}""#),
            ("status", "RUNNING"),
            ("startDate", "{now}"),
        ],
        describe: &["DescribeExecution"],
        list: &["ListExecutions"],
        update: &[(
            "StopExecution",
            &[("status", "ABORTED"), ("stopDate", "{now}")],
        )],
        parent: Some("state machine"),
        missing: (
            "ExecutionDoesNotExist",
            "Execution Does Not Exist: '{executionArn}'",
        ),
        exists: Some((
            "ExecutionAlreadyExists",
            "Execution Already Exists: '{executionArn}'",
        )),
        same_again: true,
        source: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html",
        ..NONE
    },
];
