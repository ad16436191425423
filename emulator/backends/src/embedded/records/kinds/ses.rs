//! SES, both versions: identities, templates, configuration sets, contact lists. What is sent is
//! synthesised and goes nowhere.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "sesv2",
        noun: "email identity",
        create: &["CreateEmailIdentity"],
        named_by: &[("EmailIdentity", "IdentityName")],
        arn: "#arn",
        made: &[
            (
                "#arn",
                "arn:{partition}:ses:{region}:{account}:identity/{EmailIdentity}",
            ),
            ("IdentityName", "{EmailIdentity}"),
            ("SendingEnabled", "=true"),
            ("VerifiedForSendingStatus", "=true"),
            ("VerificationStatus", "SUCCESS"),
        ],
        describe: &["GetEmailIdentity"],
        list: &["ListEmailIdentities"],
        delete: &["DeleteEmailIdentity"],
        missing: (
            "NotFoundException",
            "Email identity {EmailIdentity} does not exist.",
        ),
        exists: Some((
            "AlreadyExistsException",
            "Email identity {EmailIdentity} already exist.",
        )),
        source: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html",
        ..NONE
    },
    Kind {
        service: "sesv2",
        noun: "email template",
        create: &["CreateEmailTemplate"],
        named_by: &[("TemplateName", "TemplateName")],
        made: &[("CreatedTimestamp", "{now}")],
        describe: &["GetEmailTemplate"],
        list: &["ListEmailTemplates"],
        update: &[("UpdateEmailTemplate", &[])],
        delete: &["DeleteEmailTemplate"],
        missing: (
            "NotFoundException",
            "Template {TemplateName} does not exist.",
        ),
        exists: Some((
            "AlreadyExistsException",
            "Template {TemplateName} already exists.",
        )),
        source: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailTemplate.html",
        ..NONE
    },
    Kind {
        service: "sesv2",
        noun: "configuration set",
        create: &["CreateConfigurationSet"],
        named_by: &[("ConfigurationSetName", "ConfigurationSetName")],
        arn: "#arn",
        made: &[(
            "#arn",
            "arn:{partition}:ses:{region}:{account}:configuration-set/{ConfigurationSetName}",
        )],
        describe: &["GetConfigurationSet"],
        list: &["ListConfigurationSets"],
        delete: &["DeleteConfigurationSet"],
        missing: (
            "NotFoundException",
            "Configuration set <{ConfigurationSetName}> does not exist.",
        ),
        exists: Some((
            "AlreadyExistsException",
            "Configuration set <{ConfigurationSetName}> already exists.",
        )),
        source: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSet.html",
        ..NONE
    },
    Kind {
        service: "sesv2",
        noun: "contact list",
        create: &["CreateContactList"],
        named_by: &[("ContactListName", "ContactListName")],
        arn: "#arn",
        made: &[
            (
                "#arn",
                "arn:{partition}:ses:{region}:{account}:contact-list/{ContactListName}",
            ),
            ("CreatedTimestamp", "{now}"),
            ("LastUpdatedTimestamp", "{now}"),
        ],
        describe: &["GetContactList"],
        list: &["ListContactLists"],
        update: &[("UpdateContactList", &[("LastUpdatedTimestamp", "{now}")])],
        delete: &["DeleteContactList"],
        missing: (
            "NotFoundException",
            "List with name: {ContactListName} doesn't exist.",
        ),
        exists: Some((
            "AlreadyExistsException",
            "List with name: {ContactListName} already exists.",
        )),
        source: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateContactList.html",
        ..NONE
    },
    // Verifying is making: the identity is verified at once.
    Kind {
        service: "ses",
        noun: "identity",
        create: &[
            "VerifyEmailIdentity",
            "VerifyEmailAddress",
            "VerifyDomainIdentity",
        ],
        named_by: &[("Identity", "Identity")],
        made: &[("Identity", "{EmailAddress}"), ("Identity", "{Domain}")],
        list: &["ListIdentities"],
        delete: &["DeleteIdentity"],
        delete_absent: true,
        exists: Some(("AlreadyExists", "The identity exists already.")),
        same_again: true,
        source: "https://docs.aws.amazon.com/ses/latest/APIReference/API_VerifyEmailIdentity.html",
        ..NONE
    },
    Kind {
        service: "ses",
        noun: "receipt rule set",
        create: &["CreateReceiptRuleSet"],
        named_by: &[("RuleSetName", "RuleSetName")],
        made: &[("Name", "{RuleSetName}"), ("CreatedTimestamp", "{now}")],
        list: &["ListReceiptRuleSets"],
        delete: &["DeleteReceiptRuleSet"],
        delete_absent: true,
        missing: (
            "RuleSetDoesNotExist",
            "Rule set does not exist: {RuleSetName}",
        ),
        exists: Some(("AlreadyExists", "Rule set already exists: {RuleSetName}")),
        source: "https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateReceiptRuleSet.html",
        ..NONE
    },
];
