//! The environment of a program under test: everything that sends its SDK here, and nothing that
//! sends it elsewhere.
//!
//! Source: wire-facts, sections 2c and 2d; "Environment variables" of the AWS SDKs and Tools
//! Reference Guide.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    process::Command,
};

use crate::Credentials;

// Variables that name another place, another identity, or other settings than ours.
const REMOVED: [&str; 21] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "AWS_ACCOUNT_ID",
    "BOTO_CONFIG",
];

// One for each service: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB, ...
const REMOVED_PREFIX: &str = "AWS_ENDPOINT_URL_";

/// What is set and what is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    set: BTreeMap<String, OsString>,
    remove: BTreeSet<&'static str>,
}

impl Environment {
    /// The environment for an endpoint and credentials.
    pub fn new(endpoint: &str, region: &str, credentials: &Credentials) -> Self {
        let mut remove = BTreeSet::from(REMOVED);
        let mut set = BTreeMap::new();
        let mut put = |name: &str, value: &str| {
            set.insert(name.to_owned(), OsString::from(value));
        };
        put("AWS_ENDPOINT_URL", endpoint);
        put("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
        put("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
        match &credentials.session_token {
            Some(token) => put("AWS_SESSION_TOKEN", token),
            None => {
                remove.insert("AWS_SESSION_TOKEN");
            }
        }
        put("AWS_REGION", region);
        put("AWS_DEFAULT_REGION", region);
        // Files that are there and empty: profiles, `endpoint_url` and `services` sections are gone.
        put("AWS_CONFIG_FILE", "/dev/null");
        put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        put("AWS_EC2_METADATA_DISABLED", "true");
        // `sync-127.0.0.1` does not resolve; botocore leaves such prefixes out if it is told to.
        put("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
        Self { set, remove }
    }

    /// The variables that are set, in the order of their names.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.set
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_os_str()))
    }

    /// Puts a command under it; `inherited` are the variables that the command would inherit.
    pub fn apply<I>(&self, command: &mut Command, inherited: I)
    where
        I: IntoIterator<Item = (OsString, OsString)>,
    {
        let mut no_proxy = None;
        for (name, value) in inherited {
            let text = name.to_string_lossy();
            if text.starts_with(REMOVED_PREFIX) || self.remove.contains(text.as_ref()) {
                command.env_remove(&name);
            }
            if text.eq_ignore_ascii_case("no_proxy") {
                no_proxy = Some(value);
            }
        }
        command.envs(self.set.iter());
        let no_proxy = with_loopback(no_proxy);
        command
            .env("NO_PROXY", &no_proxy)
            .env("no_proxy", &no_proxy);
    }
}

// A proxy must not come between the program and loopback.
fn with_loopback(no_proxy: Option<OsString>) -> OsString {
    let mut list = no_proxy.unwrap_or_default();
    if !list.is_empty() {
        list.push(",");
    }
    list.push("127.0.0.1,localhost");
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(inherited: &[(&str, &str)]) -> BTreeMap<String, Option<String>> {
        let credentials = Credentials {
            access_key_id: "AKIA".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        let environment = Environment::new("http://127.0.0.1:1", "eu-west-1", &credentials);
        let mut command = Command::new("true");
        let inherited = inherited
            .iter()
            .map(|(k, v)| (OsString::from(k), OsString::from(v)));
        environment.apply(&mut command, inherited);
        let text = |value: &OsStr| value.to_string_lossy().into_owned();
        command
            .get_envs()
            .map(|(name, value)| (text(name), value.map(text)))
            .collect()
    }

    #[test]
    fn what_sends_an_sdk_elsewhere_is_removed() {
        let envs = under(&[
            ("AWS_PROFILE", "production"),
            ("AWS_ENDPOINT_URL_S3", "https://elsewhere"),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
            ("PATH", "/bin"),
        ]);
        for gone in [
            "AWS_PROFILE",
            "AWS_ENDPOINT_URL_S3",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "AWS_ROLE_ARN",
        ] {
            assert_eq!(envs.get(gone), Some(&None), "{gone}");
        }
        assert_eq!(envs.get("PATH"), None, "the rest is inherited as it is");
        assert_eq!(
            envs["AWS_ENDPOINT_URL"],
            Some("http://127.0.0.1:1".to_owned())
        );
        assert_eq!(envs["AWS_REGION"], Some("eu-west-1".to_owned()));
        assert_eq!(envs["AWS_CONFIG_FILE"], Some("/dev/null".to_owned()));
    }

    #[test]
    fn loopback_goes_past_a_proxy() {
        let envs = under(&[
            ("HTTP_PROXY", "http://proxy:3128"),
            ("no_proxy", "intranet"),
        ]);
        assert_eq!(
            envs["NO_PROXY"],
            Some("intranet,127.0.0.1,localhost".to_owned())
        );
        assert_eq!(
            envs["no_proxy"],
            Some("intranet,127.0.0.1,localhost".to_owned())
        );
    }
}
