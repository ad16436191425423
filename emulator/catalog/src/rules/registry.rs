//! The rule files of this crate, compiled when a service is first called.

use std::sync::OnceLock;

use super::{compile::compile, error::RuleError, rule::RuleSet};

/// A file and, once it was asked for, its rules.
struct Entry {
    name: &'static str,
    text: &'static str,
    compiled: OnceLock<Result<RuleSet, RuleError>>,
}

impl Entry {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text,
            compiled: OnceLock::new(),
        }
    }

    fn rules(&self) -> Result<&RuleSet, &RuleError> {
        let prelude = (self.name != GLOBAL.name).then(global);
        self.compiled
            .get_or_init(|| compile(self.name, self.text, prelude))
            .as_ref()
    }
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Sorted by name: the names of the service models.
        static FILES: [Entry; [$($name),*].len()] =
            [$(Entry::new($name, include_str!(concat!("../../rules/", $name, ".toml")))),*];
    };
}

/// The keys that every service has.
static GLOBAL: Entry = Entry::new("global", include_str!("../../rules/global.toml"));

files![
    "account",
    "acm",
    "amplifyuibuilder",
    "apigateway",
    "apigatewaymanagementapi",
    "apigatewayv2",
    "appconfig",
    "appconfigdata",
    "application-autoscaling",
    "appstream",
    "appsync",
    "artifact",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "bcm-dashboards",
    "bcm-data-exports",
    "bedrock",
    "bedrock-agent-runtime",
    "bedrock-agentcore",
    "bedrock-agentcore-control",
    "bedrock-runtime",
    "billing",
    "budgets",
    "ce",
    "chime-sdk-identity",
    "chime-sdk-media-pipelines",
    "chime-sdk-messaging",
    "cleanrooms",
    "cleanroomsml",
    "clouddirectory",
    "cloudformation",
    "cloudfront",
    "cloudhsmv2",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codecatalyst",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "config",
    "connect",
    "connectcases",
    "connectparticipant",
    "deadline",
    "devops-guru",
    "directconnect",
    "dms",
    "ds",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "ecr",
    "ecr-public",
    "ecs",
    "efs",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elb",
    "elbv2",
    "emr",
    "emr-serverless",
    "eventbridgev2",
    "events",
    "firehose",
    "fms",
    "frauddetector",
    "fsx",
    "gamelift",
    "glue",
    "iam",
    "iam-toolbox",
    "imagebuilder",
    "invoicing",
    "iot",
    "iot-jobs-data",
    "iotfleetwise",
    "iotsitewise",
    "iotwireless",
    "kafka",
    "keyspaces",
    "kinesis",
    "kinesis-video-archived-media",
    "kinesis-video-media",
    "kinesisvideo",
    "kms",
    "lakeformation",
    "lambda",
    "lambda-microvms",
    "lex-models",
    "lexv2-models",
    "lightsail",
    "location",
    "logs",
    "lookoutequipment",
    "machinelearning",
    "mailmanager",
    "managedblockchain",
    "marketplace-catalog",
    "marketplace-discovery",
    "mediaconnect",
    "medialive",
    "mediapackage",
    "memorydb",
    "neptunedata",
    "network-firewall",
    "networkmanager",
    "observabilityadmin",
    "omics",
    "opensearch",
    "organizations",
    "partnercentral-selling",
    "payment-cryptography",
    "payment-cryptography-data",
    "pinpoint",
    "pinpoint-email",
    "pinpoint-sms-voice-v2",
    "pipes",
    "polly",
    "qapps",
    "quicksight",
    "rds",
    "rds-data",
    "redshift",
    "redshift-data",
    "redshift-serverless",
    "rekognition",
    "resiliencehub",
    "resource-explorer-2",
    "resourcegroupstaggingapi",
    "route53",
    "rum",
    "s3",
    "s3control",
    "s3files",
    "s3tables",
    "s3vectors",
    "sagemaker",
    "sagemaker-runtime",
    "scheduler",
    "sdb",
    "secretsmanager",
    "securityhub",
    "service-quotas",
    "servicecatalog",
    "servicecatalog-appregistry",
    "servicediscovery",
    "ses",
    "sesv2",
    "signin",
    "sns",
    "sqs",
    "ssm",
    "ssm-incidents",
    "ssm-sap",
    "sso",
    "sso-oidc",
    "stepfunctions",
    "sts",
    "synthetics",
    "taxsettings",
    "textract",
    "timestream-query",
    "timestream-write",
    "transcribe",
    "translate",
    "verifiedpermissions",
    "vpc-lattice",
    "wafv2",
    "wellarchitected",
    "workspaces",
    "workspaces-web",
    "xray",
];

/// The rules of a service; none if nobody has written any.
///
/// A file with a mistake counts as none: a test compiles all of them.
pub(crate) fn rules(service: &str) -> Option<&'static RuleSet> {
    let index = FILES
        .binary_search_by(|entry| entry.name.cmp(service))
        .ok()?;
    FILES.get(index)?.rules().ok()
}

/// The rules for the keys of every service.
pub(crate) fn global() -> &'static RuleSet {
    static NOTHING: OnceLock<RuleSet> = OnceLock::new();
    GLOBAL
        .rules()
        .unwrap_or_else(|_| NOTHING.get_or_init(RuleSet::default))
}

/// Every file, compiled or refused.
pub(crate) fn all() -> impl Iterator<Item = Result<&'static RuleSet, &'static RuleError>> {
    std::iter::once(&GLOBAL).chain(&FILES).map(Entry::rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_compiles() {
        let refused = all().flat_map(|file| match file {
            Ok(rules) => rules
                .every_operation()
                .filter_map(|(_, r)| r.err())
                .collect(),
            Err(error) => vec![error],
        });
        let errors: Vec<String> = refused.map(ToString::to_string).collect();
        assert_eq!(errors, Vec::<String>::new());
    }

    #[test]
    fn every_name_is_found_where_toml_has_it() {
        for entry in std::iter::once(&GLOBAL).chain(&FILES) {
            let whole: toml::Table = entry.text.parse().unwrap();
            let all = |kind: &str| match whole.get(kind) {
                Some(toml::Value::Array(tables)) => tables.clone(),
                _ => Vec::new(),
            };
            let names = all("operation").into_iter().flat_map(|operation| {
                let names = operation.get("names").cloned().unwrap();
                names.try_into::<Vec<String>>().unwrap()
            });
            let mut expected: Vec<String> = names.collect();
            expected.sort();
            let rules = entry.rules().unwrap();
            let found: Vec<&str> = rules.operations.keys().copied().collect();
            assert_eq!(found, expected, "{}", entry.name);
            assert_eq!(rules.groups.len(), all("group").len(), "{}", entry.name);
            let variants: usize = rules.operations.values().map(|o| o.variants.len()).sum();
            let names = all("variant").into_iter().map(|variant| {
                let names = variant.get("names").cloned().unwrap();
                names.try_into::<Vec<String>>().unwrap().len()
            });
            assert_eq!(variants, names.sum::<usize>(), "{}", entry.name);
        }
    }

    #[test]
    fn files_are_sorted_so_that_they_are_found() {
        assert!(FILES.is_sorted_by_key(|entry| entry.name));
    }
}
