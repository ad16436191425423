//! What a server is told when it is started.

use std::{collections::BTreeSet, time::Duration};

use rolecall_policy::Context;

/// What happens to a call that the policies do not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// It gets AWS's denial.
    #[default]
    Enforce,
    /// It is answered, and recorded with the decision that it would have got; an unknown access
    /// key is a role of its own, marked unverified.
    Record,
}

impl Mode {
    /// `enforce` or `record`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Record => "record",
        }
    }
}

/// Bounds: nothing that a client sends is without one.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body that is read into memory, in bytes.
    pub body: usize,
    /// The largest body that streams, in bytes. S3's own limit for one PutObject is 5 GiB.
    pub stream: u64,
    /// How many bytes of objects, messages, records and log events the embedded backend keeps.
    pub memory: u64,
    /// The largest head, in bytes.
    pub head: usize,
    /// How long the head, or the next piece of a body, may take.
    pub read: Duration,
    /// How long a shutdown waits for what is in flight.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 << 20,
            stream: 5 << 30,
            memory: 4 << 30,
            head: 64 << 10,
            read: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// What loopback does not show of a request, and what is supposed of it instead.
#[derive(Clone, Debug)]
pub struct Supposed {
    /// `aws:SecureTransport`.
    pub secure_transport: bool,
    /// `aws:SourceIp`; none for a request that comes through a VPC endpoint.
    pub source_ip: Option<String>,
    /// `aws:SourceVpc`.
    pub source_vpc: Option<String>,
    /// `aws:SourceVpce`.
    pub source_vpce: Option<String>,
}

impl Default for Supposed {
    fn default() -> Self {
        Self {
            secure_transport: true,
            source_ip: Some("127.0.0.1".to_owned()),
            source_vpc: None,
            source_vpce: None,
        }
    }
}

impl Supposed {
    /// Adds the keys of the connection.
    pub(crate) fn add_to(&self, context: &mut Context) {
        context.insert_one("aws:SecureTransport", self.secure_transport.to_string());
        for (key, value) in [
            ("aws:SourceIp", &self.source_ip),
            ("aws:SourceVpc", &self.source_vpc),
            ("aws:SourceVpce", &self.source_vpce),
        ] {
            if let Some(value) = value {
                context.insert_one(key, value);
            }
        }
    }
}

/// Everything that a server is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The account that exists from the start.
    pub account: String,
    /// The region of requests that name none.
    pub region: String,
    /// What happens to a call that is not allowed.
    pub mode: Mode,
    /// Bounds.
    pub limits: Limits,
    /// What loopback does not show.
    pub supposed: Supposed,
    /// The ARNs of callers whose attempts are not recorded (who sets a test up).
    pub unrecorded: BTreeSet<String>,
    /// Context keys whose values are redacted in recordings, besides what models mark sensitive; one
    /// that ends in `/*` stands for its family.
    pub redacted: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            mode: Mode::Enforce,
            limits: Limits::default(),
            supposed: Supposed::default(),
            unrecorded: BTreeSet::new(),
            redacted: BTreeSet::new(),
        }
    }
}
