//! What EventBridge has beside buses and rules. Nothing is archived and nothing replayed.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "events",
        noun: "archive",
        create: &["CreateArchive"],
        named_by: &[("ArchiveName", "ArchiveName")],
        arn: "ArchiveArn",
        made: &[
            (
                "ArchiveArn",
                "arn:{partition}:events:{region}:{account}:archive/{ArchiveName}",
            ),
            ("State", "ENABLED"),
            ("RetentionDays", "=0"),
            ("SizeBytes", "=0"),
            ("EventCount", "=0"),
            ("CreationTime", "{now}"),
        ],
        describe: &["DescribeArchive"],
        list: &["ListArchives"],
        update: &[("UpdateArchive", &[])],
        delete: &["DeleteArchive"],
        missing: (
            "ResourceNotFoundException",
            "Archive {ArchiveName} does not exist.",
        ),
        exists: Some((
            "ResourceAlreadyExistsException",
            "Archive {ArchiveName} already exists.",
        )),
        source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html",
        ..NONE
    },
    Kind {
        service: "events",
        noun: "replay",
        create: &["StartReplay"],
        named_by: &[("ReplayName", "ReplayName")],
        arn: "ReplayArn",
        made: &[
            (
                "ReplayArn",
                "arn:{partition}:events:{region}:{account}:replay/{ReplayName}",
            ),
            ("State", "COMPLETED"),
            ("ReplayStartTime", "{now}"),
            ("ReplayEndTime", "{now}"),
        ],
        describe: &["DescribeReplay"],
        list: &["ListReplays"],
        update: &[("CancelReplay", &[("State", "CANCELLED")])],
        missing: (
            "ResourceNotFoundException",
            "Replay {ReplayName} does not exist.",
        ),
        exists: Some((
            "ResourceAlreadyExistsException",
            "Replay {ReplayName} already exists.",
        )),
        source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html",
        ..NONE
    },
    Kind {
        service: "events",
        noun: "connection",
        create: &["CreateConnection"],
        named_by: &[("Name", "Name")],
        arn: "ConnectionArn",
        made: &[
            (
                "ConnectionArn",
                "arn:{partition}:events:{region}:{account}:connection/{Name}/{uuid}",
            ),
            ("ConnectionState", "AUTHORIZED"),
            ("CreationTime", "{now}"),
            ("LastModifiedTime", "{now}"),
            ("LastAuthorizedTime", "{now}"),
        ],
        describe: &["DescribeConnection"],
        list: &["ListConnections"],
        update: &[
            ("UpdateConnection", &[("LastModifiedTime", "{now}")]),
            (
                "DeauthorizeConnection",
                &[("ConnectionState", "DEAUTHORIZED")],
            ),
        ],
        delete: &["DeleteConnection"],
        missing: (
            "ResourceNotFoundException",
            "Connection '{Name}' does not exist.",
        ),
        exists: Some((
            "ResourceAlreadyExistsException",
            "Connection {Name} already exists.",
        )),
        source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html",
        ..NONE
    },
    Kind {
        service: "events",
        noun: "API destination",
        create: &["CreateApiDestination"],
        named_by: &[("Name", "Name")],
        arn: "ApiDestinationArn",
        made: &[
            (
                "ApiDestinationArn",
                "arn:{partition}:events:{region}:{account}:api-destination/{Name}/{uuid}",
            ),
            ("ApiDestinationState", "ACTIVE"),
            ("InvocationRateLimitPerSecond", "=300"),
            ("CreationTime", "{now}"),
            ("LastModifiedTime", "{now}"),
        ],
        describe: &["DescribeApiDestination"],
        list: &["ListApiDestinations"],
        update: &[("UpdateApiDestination", &[("LastModifiedTime", "{now}")])],
        delete: &["DeleteApiDestination"],
        missing: (
            "ResourceNotFoundException",
            "An api-destination '{Name}' does not exist.",
        ),
        exists: Some((
            "ResourceAlreadyExistsException",
            "An api-destination '{Name}' already exists.",
        )),
        source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html",
        ..NONE
    },
];
