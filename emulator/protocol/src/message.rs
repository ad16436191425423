//! HTTP messages without an HTTP library.

use std::borrow::Cow;

use bytes::Bytes;

/// A request after its head was read and, unless it streams, its body.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    /// The method.
    pub method: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query, without the question mark.
    pub query: &'a str,
    /// The headers in the order of the wire, names in lower case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body, empty if it streams.
    pub body: &'a Bytes,
}

impl<'a> RequestParts<'a> {
    /// The first value of a header, if it is UTF-8.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// What becomes the HTTP body of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// These bytes.
    Bytes(Bytes),
    /// The stream of the answer, whose length is given if it is known.
    Stream,
}

/// The payload member of a success, which does not travel among the output members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Payload {
    /// The output has none, or it is empty.
    #[default]
    None,
    /// These bytes.
    Bytes(Bytes),
    /// The stream that the caller has; the response holds [`ResponseBody::Stream`] in its place.
    Stream,
}

impl From<Payload> for ResponseBody {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::None => Self::Bytes(Bytes::new()),
            Payload::Bytes(bytes) => Self::Bytes(bytes),
            Payload::Stream => Self::Stream,
        }
    }
}

/// A header of a response: its name in lower case, and its value.
pub type Header = (Cow<'static, str>, String);

/// A response for the server to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, `content-type` and the request id's among them. `content-length` is there only
    /// for answers to HEAD, where no body shows it.
    pub headers: Vec<Header>,
    /// The body.
    pub body: ResponseBody,
}
