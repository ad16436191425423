//! A request that owns its parts, so that tests can change them.

use rolecall_sigv4::{
    AuthenticationError, Claim, PayloadHash, RequestHead, SecretAccessKey, ServiceForm,
    SignedClaim, Verified, VerifyRules, read_claim, verify,
};

/// The secret of AWS's examples with `AKIDEXAMPLE`.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_owned(), value.as_bytes().to_vec()));
        self
    }

    /// Reads the text form of the signing suite: folded headers, no carriage returns.
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap();
        let (method, target) = first.split_once(' ').unwrap();
        let mut request = Self::new(method, target.strip_suffix(" HTTP/1.1").unwrap_or(target));
        for line in lines.filter(|line| !line.is_empty()) {
            if line.starts_with(' ') {
                // What a server that accepts folded lines makes of them (RFC 9112 5.2).
                request
                    .headers
                    .last_mut()
                    .unwrap()
                    .1
                    .extend_from_slice(line.as_bytes());
            } else {
                let (name, value) = line.split_once(':').unwrap();
                request = request.with_header(name, value);
            }
        }
        let length = request
            .header("content-length")
            .map_or(0, |text| text.parse().unwrap());
        request.body = body.as_bytes()[..length].to_vec();
        request
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(sent, _)| sent.eq_ignore_ascii_case(name))?;
        Some(std::str::from_utf8(&found.1).unwrap().trim())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers
            .push((name.to_owned(), value.as_bytes().to_vec()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers
            .retain(|(sent, _)| !sent.eq_ignore_ascii_case(name));
    }

    /// Replaces text in a header or, failing that, in the query; panics when it is in neither.
    pub(crate) fn replace(&mut self, from: &str, to: &str) {
        for (_, value) in &mut self.headers {
            let text = String::from_utf8(value.clone()).unwrap();
            if text.contains(from) {
                *value = text.replacen(from, to, 1).into_bytes();
                return;
            }
        }
        assert!(
            self.query.contains(from),
            "`{from}` is nowhere in the request"
        );
        self.query = self.query.replacen(from, to, 1);
    }

    pub(crate) fn with_head<T>(&self, act: impl FnOnce(&RequestHead<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        act(&RequestHead {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
        })
    }

    pub(crate) fn read(&self, form: ServiceForm) -> Result<Claim, AuthenticationError> {
        self.with_head(|head| read_claim(head, form))
    }

    pub(crate) fn claim(&self, form: ServiceForm) -> SignedClaim {
        match self.read(form).unwrap() {
            Claim::Signed(claim) => claim,
            Claim::Anonymous => panic!("the request is not signed"),
        }
    }

    /// Reads and verifies, without a look at the time.
    pub(crate) fn verify(
        &self,
        rules: &VerifyRules<'_>,
        secret: &str,
    ) -> Result<Verified, AuthenticationError> {
        let Claim::Signed(claim) = self.read(rules.form)? else {
            return Err(AuthenticationError::MissingAuthenticationToken);
        };
        let secret = SecretAccessKey::new(secret);
        let payload = PayloadHash::Body(&self.body);
        self.with_head(|head| verify(&claim, head, &secret, payload, rules, None))
    }
}

/// Changes one character so that it is another, and as valid as before.
pub(crate) fn flip_last_hex_digit(text: &str) -> String {
    let (start, last) = text.split_at(text.len() - 1);
    format!("{start}{}", if last == "0" { "1" } else { "0" })
}
