//! The checks, their codes and kinds.
//!
//! Source of codes and kinds: IAM User Guide, "IAM policy validation check reference"
//! (access-analyzer-reference-policy-checks.html). The messages are ours.

/// What a finding means, in IAM Access Analyzer's four kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A part of the policy is not valid.
    Error,
    /// The policy allows more than is safe.
    SecurityWarning,
    /// Something does not work as it seems to.
    Warning,
    /// The same could be said better.
    Suggestion,
}

impl FindingKind {
    /// As the API of IAM Access Analyzer writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }

    /// For people.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security warning",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }

    /// Whether a finding of it fails a build: suggestions do not.
    pub fn counts(self) -> bool {
        self != Self::Suggestion
    }

    fn anchor(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security-warning",
            Self::Warning => "general-warning",
            Self::Suggestion => "suggestion",
        }
    }
}

/// Where the code of a check comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeSource {
    /// AWS's reference has it.
    Page,
    /// AWS's reference has the check; the spelling of its code is assumed.
    Assumed,
    /// AWS has no such check.
    Own,
}

const REFERENCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
const AUTHORIZATION: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

macro_rules! checks {
    ($($name:ident, $code:literal, $kind:ident, $source:ident;)*) => {
        /// A check, named as AWS names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names are AWS's own; CHECKS.md says what they find")]
        pub enum Check {
            $($name,)*
        }

        impl Check {
            /// All of them, in the order of AWS's reference.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, such as `INVALID_ACTION`.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What a finding of it means.
            pub fn kind(self) -> FindingKind {
                match self {
                    $(Self::$name => FindingKind::$kind,)*
                }
            }

            /// Where the code comes from.
            pub fn code_source(self) -> CodeSource {
                match self {
                    $(Self::$name => CodeSource::$source,)*
                }
            }
        }
    };
}

checks! {
    ArnAccountNotAllowed, "ARN_ACCOUNT_NOT_ALLOWED", Error, Page;
    ArnRegionNotAllowed, "ARN_REGION_NOT_ALLOWED", Error, Page;
    DataTypeMismatch, "DATA_TYPE_MISMATCH", Error, Page;
    DuplicateKeysWithDifferentCase, "DUPLICATE_KEYS_WITH_DIFFERENT_CASE", Error, Page;
    InvalidAction, "INVALID_ACTION", Error, Page;
    InvalidArnAccount, "INVALID_ARN_ACCOUNT", Error, Page;
    InvalidArnPrefix, "INVALID_ARN_PREFIX", Error, Page;
    InvalidArnRegion, "INVALID_ARN_REGION", Error, Page;
    InvalidArnResource, "INVALID_ARN_RESOURCE", Error, Page;
    InvalidArnServiceCase, "INVALID_ARN_SERVICE_CASE", Error, Page;
    InvalidConditionDataType, "INVALID_CONDITION_DATA_TYPE", Error, Page;
    InvalidConditionKeyFormat, "INVALID_CONDITION_KEY_FORMAT", Error, Page;
    InvalidConditionMultipleBoolean, "INVALID_CONDITION_MULTIPLE_BOOLEAN", Error, Page;
    InvalidConditionOperator, "INVALID_CONDITION_OPERATOR", Error, Page;
    InvalidEffect, "INVALID_EFFECT", Error, Page;
    InvalidGlobalConditionKey, "INVALID_GLOBAL_CONDITION_KEY", Error, Page;
    InvalidPartition, "INVALID_PARTITION", Error, Page;
    InvalidPolicyElement, "INVALID_POLICY_ELEMENT", Error, Page;
    InvalidPrincipalFormat, "INVALID_PRINCIPAL_FORMAT", Error, Page;
    InvalidPrincipalKey, "INVALID_PRINCIPAL_KEY", Error, Page;
    InvalidRegion, "INVALID_REGION", Error, Page;
    InvalidService, "INVALID_SERVICE", Error, Page;
    InvalidServiceConditionKey, "INVALID_SERVICE_CONDITION_KEY", Error, Page;
    InvalidServiceInAction, "INVALID_SERVICE_IN_ACTION", Error, Page;
    InvalidVariableForOperator, "INVALID_VARIABLE_FOR_OPERATOR", Error, Page;
    InvalidVersion, "INVALID_VERSION", Error, Page;
    JsonSyntaxError, "JSON_SYNTAX_ERROR", Error, Page;
    MissingAction, "MISSING_ACTION", Error, Page;
    MissingArnField, "MISSING_ARN_FIELD", Error, Page;
    MissingArnRegion, "MISSING_ARN_REGION", Error, Page;
    MissingEffect, "MISSING_EFFECT", Error, Page;
    MissingPrincipal, "MISSING_PRINCIPAL", Error, Page;
    MissingQualifier, "MISSING_QUALIFIER", Error, Page;
    MissingResource, "MISSING_RESOURCE", Error, Page;
    MissingStatement, "MISSING_STATEMENT", Error, Page;
    NullWithIfExists, "NULL_WITH_IF_EXISTS", Error, Page;
    ScpSyntaxErrorPrincipal, "SCP_SYNTAX_ERROR_PRINCIPAL", Error, Page;
    UniqueSidsRequired, "UNIQUE_SIDS_REQUIRED", Error, Page;
    UnsupportedActionInPolicy, "UNSUPPORTED_ACTION_IN_POLICY", Error, Page;
    UnsupportedElementCombination, "UNSUPPORTED_ELEMENT_COMBINATION", Error, Page;
    UnsupportedGlobalConditionKey, "UNSUPPORTED_GLOBAL_CONDITION_KEY", Error, Page;
    UnsupportedPrincipal, "UNSUPPORTED_PRINCIPAL", Error, Page;
    UnsupportedResourceArnInPolicy, "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", Error, Page;
    UnsupportedSid, "UNSUPPORTED_SID", Error, Page;
    UnsupportedWildcardInPrincipal, "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", Error, Page;
    MissingBraceInVariable, "MISSING_BRACE_IN_VARIABLE", Error, Page;
    MissingQuoteInVariable, "MISSING_QUOTE_IN_VARIABLE", Error, Page;
    UnsupportedSpaceInVariable, "UNSUPPORTED_SPACE_IN_VARIABLE", Error, Page;
    EmptyVariable, "EMPTY_VARIABLE", Error, Page;
    VariableUnsupportedInElement, "VARIABLE_UNSUPPORTED_IN_ELEMENT", Error, Page;
    VariableUnsupportedInVersion, "VARIABLE_UNSUPPORTED_IN_VERSION", Error, Page;
    PrivateIpAddress, "PRIVATE_IP_ADDRESS", Error, Page;
    PrivateNotIpAddress, "PRIVATE_NOT_IP_ADDRESS", Error, Page;
    PolicySizeExceedsScpQuota, "POLICY_SIZE_EXCEEDS_SCP_QUOTA", Error, Page;
    InvalidServicePrincipalFormat, "INVALID_SERVICE_PRINCIPAL_FORMAT", Error, Page;
    MissingTagKeyInCondition, "MISSING_TAG_KEY_IN_CONDITION", Error, Page;
    InvalidVpcFormat, "INVALID_VPC_FORMAT", Error, Page;
    InvalidVpceFormat, "INVALID_VPCE_FORMAT", Error, Page;
    FederatedPrincipalNotSupported, "FEDERATED_PRINCIPAL_NOT_SUPPORTED", Error, Page;
    UnsupportedActionForConditionKey, "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", Error, Page;
    UnsupportedConditionKeyForServicePrincipal, "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", Error, Page;
    RoleTrustPolicySyntaxErrorNotPrincipal, "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", Error, Page;
    RoleTrustPolicyUnsupportedWildcardInPrincipal, "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", Error, Page;
    RoleTrustPolicySyntaxErrorResource, "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", Error, Page;
    TypeMismatchIpRange, "TYPE_MISMATCH_IP_RANGE", Error, Page;
    MissingActionForConditionKey, "MISSING_ACTION_FOR_CONDITION_KEY", Error, Page;
    InvalidFederatedPrincipalSyntaxInRoleTrustPolicy, "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", Error, Page;
    MismatchedActionForPrincipal, "MISMATCHED_ACTION_FOR_PRINCIPAL", Error, Page;
    MissingActionForRolesAnywhereTrustPolicy, "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", Error, Page;
    PolicySizeExceedsRcpQuota, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", Error, Page;
    RcpSyntaxErrorPrincipal, "RCP_SYNTAX_ERROR_PRINCIPAL", Error, Page;
    RcpSyntaxErrorAllow, "RCP_SYNTAX_ERROR_ALLOW", Error, Page;
    RcpSyntaxErrorNotAction, "RCP_SYNTAX_ERROR_NOTACTION", Error, Page;
    RcpSyntaxErrorAction, "RCP_SYNTAX_ERROR_ACTION", Error, Page;
    MissingArnAccount, "MISSING_ARN_ACCOUNT", Error, Page;
    InvalidKmsKeyValue, "INVALID_KMS_KEY_VALUE", Error, Page;
    WildcardUsageTooPermissive, "WILDCARD_USAGE_TOO_PERMISSIVE", Error, Page;
    AllowWithNotPrincipal, "ALLOW_WITH_NOT_PRINCIPAL", SecurityWarning, Page;
    ForAllValuesWithSingleValuedKey, "FORALLVALUES_WITH_SINGLE_VALUED_KEY", SecurityWarning, Page;
    DenyNotActionWithUnsupportedTagConditionKeyForService, "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", SecurityWarning, Page;
    DenyWithUnsupportedTagConditionKeyForService, "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", SecurityWarning, Page;
    MissingPairedConditionKeys, "MISSING_PAIRED_CONDITION_KEYS", SecurityWarning, Page;
    PassRoleWithNotResource, "PASS_ROLE_WITH_NOT_RESOURCE", SecurityWarning, Page;
    PassRoleWithStarInActionAndNotResource, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", SecurityWarning, Page;
    PassRoleWithNotActionAndNotResource, "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", SecurityWarning, Page;
    PassRoleWithStarInResource, "PASS_ROLE_WITH_STAR_IN_RESOURCE", SecurityWarning, Page;
    PassRoleWithStarInActionAndResource, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", SecurityWarning, Page;
    PassRoleWithStarInResourceAndNotAction, "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", SecurityWarning, Page;
    RestrictAccessToServicePrincipal, "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", SecurityWarning, Page;
    MissingConditionKeyForOidcPrincipal, "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", SecurityWarning, Assumed;
    MissingGithubRepoConditionKey, "MISSING_GITHUB_REPO_CONDITION_KEY", SecurityWarning, Assumed;
    StringLikeOperatorWithArnConditionKeys, "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", SecurityWarning, Page;
    CreateSlrWithNotResource, "CREATE_SLR_WITH_NOT_RESOURCE", Warning, Page;
    CreateSlrWithStarInActionAndNotResource, "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", Warning, Page;
    CreateSlrWithNotActionAndNotResource, "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", Warning, Page;
    CreateSlrWithStarInResource, "CREATE_SLR_WITH_STAR_IN_RESOURCE", Warning, Page;
    CreateSlrWithStarInActionAndResource, "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", Warning, Page;
    CreateSlrWithStarInResourceAndNotAction, "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", Warning, Page;
    DeprecatedGlobalConditionKey, "DEPRECATED_GLOBAL_CONDITION_KEY", Warning, Page;
    InvalidDateValue, "INVALID_DATE_VALUE", Warning, Page;
    InvalidRoleReference, "INVALID_ROLE_REFERENCE", Warning, Page;
    InvalidUserReference, "INVALID_USER_REFERENCE", Warning, Page;
    MissingVersion, "MISSING_VERSION", Warning, Page;
    UniqueSidsRecommended, "UNIQUE_SIDS_RECOMMENDED", Warning, Page;
    WildcardWithoutLikeOperator, "WILDCARD_WITHOUT_LIKE_OPERATOR", Warning, Page;
    PolicySizeExceedsIdentityPolicyQuota, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", Warning, Page;
    TypeMismatch, "TYPE_MISMATCH", Warning, Page;
    TypeMismatchBoolean, "TYPE_MISMATCH_BOOLEAN", Warning, Page;
    TypeMismatchDate, "TYPE_MISMATCH_DATE", Warning, Page;
    TypeMismatchNumber, "TYPE_MISMATCH_NUMBER", Warning, Page;
    TypeMismatchString, "TYPE_MISMATCH_STRING", Warning, Page;
    SpecificGithubRepoAndBranchRecommended, "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", Warning, Page;
    PolicySizeExceedsResourcePolicyQuota, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", Warning, Page;
    PolicySizeExceedsRoleTrustPolicyQuota, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", Warning, Assumed;
    RcpMissingRelatedPrincipalConditionKey, "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", Warning, Assumed;
    RcpMissingRelatedServicePrincipalConditionKey, "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", Warning, Assumed;
    RcpMissingServiceConditionKeyNullCheck, "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", Warning, Assumed;
    AllowNotActionWithUnsupportedTagConditionKeyForService, "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", Suggestion, Page;
    AllowWithUnsupportedTagConditionKeyForService, "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", Suggestion, Page;
    EmptyArrayAction, "EMPTY_ARRAY_ACTION", Suggestion, Page;
    EmptyArrayCondition, "EMPTY_ARRAY_CONDITION", Suggestion, Page;
    EmptyArrayConditionForAllValues, "EMPTY_ARRAY_CONDITION_FORALLVALUES", Suggestion, Page;
    EmptyArrayConditionForAnyValue, "EMPTY_ARRAY_CONDITION_FORANYVALUE", Suggestion, Page;
    EmptyArrayConditionIfExists, "EMPTY_ARRAY_CONDITION_IFEXISTS", Suggestion, Page;
    EmptyArrayPrincipal, "EMPTY_ARRAY_PRINCIPAL", Suggestion, Page;
    EmptyArrayResource, "EMPTY_ARRAY_RESOURCE", Suggestion, Page;
    EmptyObjectCondition, "EMPTY_OBJECT_CONDITION", Suggestion, Page;
    EmptyObjectPrincipal, "EMPTY_OBJECT_PRINCIPAL", Suggestion, Page;
    EmptySidValue, "EMPTY_SID_VALUE", Suggestion, Page;
    ImproveIpRange, "IMPROVE_IP_RANGE", Suggestion, Page;
    NullWithQualifier, "NULL_WITH_QUALIFIER", Suggestion, Page;
    PrivateIpAddressSubset, "PRIVATE_IP_ADDRESS_SUBSET", Suggestion, Page;
    PrivateNotIpAddressSubset, "PRIVATE_NOT_IP_ADDRESS_SUBSET", Suggestion, Page;
    RedundantAction, "REDUNDANT_ACTION", Suggestion, Page;
    RedundantConditionValueNum, "REDUNDANT_CONDITION_VALUE_NUM", Suggestion, Page;
    RedundantResource, "REDUNDANT_RESOURCE", Suggestion, Page;
    RedundantStatement, "REDUNDANT_STATEMENT", Suggestion, Page;
    WildcardInServiceName, "WILDCARD_IN_SERVICE_NAME", Suggestion, Page;
    EquivalentToNullTrue, "EQUIVALENT_TO_NULL_TRUE", Suggestion, Assumed;
    EquivalentToNullFalse, "EQUIVALENT_TO_NULL_FALSE", Suggestion, Page;
    RedundantPrincipalInRoleTrustPolicy, "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", Suggestion, Assumed;
    ConfirmAudienceClaimType, "CONFIRM_AUDIENCE_CLAIM_TYPE", Suggestion, Assumed;
    ResourceNotTakenByAction, "RESOURCE_NOT_TAKEN_BY_ACTION", Warning, Own;
}

impl Check {
    /// Where AWS explains it.
    pub fn link(self) -> String {
        if self.code_source() == CodeSource::Own {
            return AUTHORIZATION.to_owned();
        }
        let name = self.code().to_ascii_lowercase().replace('_', "-");
        let anchor = self.kind().anchor();
        format!("{REFERENCE}#access-analyzer-reference-policy-checks-{anchor}-{name}")
    }
}
