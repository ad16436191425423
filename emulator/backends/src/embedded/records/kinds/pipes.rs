//! EventBridge Pipes.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[Kind {
    service: "pipes",
    noun: "pipe",
    create: &["CreatePipe"],
    named_by: &[("Name", "Name")],
    arn: "Arn",
    made: &[
        (
            "Arn",
            "arn:{partition}:pipes:{region}:{account}:pipe/{Name}",
        ),
        ("DesiredState", "RUNNING"),
        ("CurrentState", "{DesiredState}"),
        ("CreationTime", "{now}"),
        ("LastModifiedTime", "{now}"),
    ],
    describe: &["DescribePipe"],
    list: &["ListPipes"],
    update: &[
        (
            "UpdatePipe",
            &[
                ("LastModifiedTime", "{now}"),
                ("CurrentState", "{DesiredState}"),
            ],
        ),
        (
            "StartPipe",
            &[
                ("DesiredState", "RUNNING"),
                ("CurrentState", "RUNNING"),
                ("LastModifiedTime", "{now}"),
            ],
        ),
        (
            "StopPipe",
            &[
                ("DesiredState", "STOPPED"),
                ("CurrentState", "STOPPED"),
                ("LastModifiedTime", "{now}"),
            ],
        ),
    ],
    delete: &["DeletePipe"],
    missing: ("NotFoundException", "Pipe {Name} does not exist."),
    exists: Some(("ConflictException", "Pipe {Name} already exists.")),
    source: "https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html",
    ..NONE
}];
