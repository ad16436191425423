//! ECR: repositories without images.

use crate::embedded::records::kind::{Kind, NONE};

pub(super) const KINDS: &[Kind] = &[Kind {
    service: "ecr",
    noun: "repository",
    create: &["CreateRepository"],
    named_by: &[("repositoryName", "repositoryName")],
    arn: "repositoryArn",
    made: &[
        (
            "repositoryArn",
            "arn:{partition}:ecr:{region}:{account}:repository/{repositoryName}",
        ),
        ("registryId", "{account}"),
        (
            "repositoryUri",
            "{account}.dkr.ecr.{region}.amazonaws.com/{repositoryName}",
        ),
        ("createdAt", "{now}"),
        ("imageTagMutability", "MUTABLE"),
        ("imageScanningConfiguration", r#"={"scanOnPush":false}"#),
        ("encryptionConfiguration", r#"={"encryptionType":"AES256"}"#),
    ],
    list: &["DescribeRepositories"],
    update: &[
        ("PutImageTagMutability", &[]),
        ("PutImageScanningConfiguration", &[]),
        ("SetRepositoryPolicy", &[]),
        ("PutLifecyclePolicy", &[]),
        ("DeleteRepositoryPolicy", &[("policyText", "=null")]),
        ("DeleteLifecyclePolicy", &[("lifecyclePolicyText", "=null")]),
    ],
    describe: &["GetRepositoryPolicy", "GetLifecyclePolicy"],
    needs: &[
        (
            "GetRepositoryPolicy",
            "policyText",
            "RepositoryPolicyNotFoundException",
            "Repository policy does not exist for the repository with name '{repositoryName}' in \
             the registry with id '{account}'",
        ),
        (
            "GetLifecyclePolicy",
            "lifecyclePolicyText",
            "LifecyclePolicyNotFoundException",
            "Lifecycle policy does not exist for the repository with name '{repositoryName}' in \
             the registry with id '{account}'",
        ),
    ],
    delete: &["DeleteRepository"],
    missing: (
        "RepositoryNotFoundException",
        "The repository with name '{repositoryName}' does not exist in the registry with id '{account}'",
    ),
    exists: Some((
        "RepositoryAlreadyExistsException",
        "The repository with name '{repositoryName}' already exists in the registry with id '{account}'",
    )),
    source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
    ..NONE
}];
