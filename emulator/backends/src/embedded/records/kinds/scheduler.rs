//! EventBridge Scheduler.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "scheduler",
        noun: "schedule group",
        create: &["CreateScheduleGroup"],
        named_by: &[("Name", "Name")],
        arn: "ScheduleGroupArn",
        made: &[
            (
                "ScheduleGroupArn",
                "arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}",
            ),
            ("Arn", "{ScheduleGroupArn}"),
            ("State", "ACTIVE"),
            ("CreationDate", "{now}"),
            ("LastModificationDate", "{now}"),
        ],
        describe: &["GetScheduleGroup"],
        list: &["ListScheduleGroups"],
        delete: &["DeleteScheduleGroup"],
        missing: (
            "ResourceNotFoundException",
            "Schedule group {Name} does not exist.",
        ),
        exists: Some(("ConflictException", "Schedule group {Name} already exists.")),
        source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html",
        ..NONE
    },
    Kind {
        service: "scheduler",
        noun: "schedule",
        create: &["CreateSchedule"],
        named_by: &[("GroupName", "GroupName"), ("Name", "Name")],
        arn: "ScheduleArn",
        made: &[
            ("GroupName", "default"),
            (
                "ScheduleArn",
                "arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}",
            ),
            ("Arn", "{ScheduleArn}"),
            ("State", "ENABLED"),
            ("ScheduleExpressionTimezone", "UTC"),
            ("ActionAfterCompletion", "NONE"),
            ("CreationDate", "{now}"),
            ("LastModificationDate", "{now}"),
        ],
        describe: &["GetSchedule"],
        list: &["ListSchedules"],
        update: &[("UpdateSchedule", &[("LastModificationDate", "{now}")])],
        delete: &["DeleteSchedule"],
        parent: Some("schedule group"),
        missing: (
            "ResourceNotFoundException",
            "Schedule {Name} does not exist.",
        ),
        exists: Some(("ConflictException", "Schedule {Name} already exists.")),
        source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
        ..NONE
    },
];
