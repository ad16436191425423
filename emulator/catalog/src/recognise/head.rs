//! What recognition looks at.

use super::decoding::Pairs;

/// The head of a request, as it came, and what its signature claims.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query, without the question mark.
    pub query: &'a str,
    /// The host with or without port: of an absolute-form URI, else of the header.
    pub host: Option<&'a str>,
    /// The host of our own endpoint, where it is a name: what stands before it is a host prefix or a
    /// bucket.
    pub own_host: Option<&'a str>,
    /// The headers in the order of the wire.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The service in the credential scope; none for what is not signed.
    pub scope_service: Option<&'a str>,
    /// The region in the credential scope.
    pub scope_region: Option<&'a str>,
    /// The body of a form (`application/x-www-form-urlencoded`); none for anything else.
    pub form: Option<&'a [u8]>,
}

impl<'a> Head<'a> {
    /// The first value of a header, if it is UTF-8.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// The host without its port.
    pub(super) fn host_name(&self) -> Option<&'a str> {
        let host = self.host?;
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Some(name),
            _ => Some(host),
        }
    }

    /// The decoded parameters of the query.
    pub(super) fn query_pairs(&self) -> Pairs<'a> {
        Pairs::new(self.query.as_bytes())
    }
}
