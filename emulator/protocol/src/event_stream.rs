//! Streams of events, as far as a success without events needs them.

use bytes::{BufMut as _, Bytes, BytesMut};

use crate::{Payload, ResponseBody};

/// The bytes of a message beside headers and payload: the prelude with its checksum, and the last one.
const AROUND: usize = 16;
/// The type of a header's value that is a text.
const TEXT: u8 = 7;

/// The body of a success of an RPC protocol that streams events: the members that are no events come as
/// the first message. Events themselves come from whoever has any.
///
/// Source: Smithy, "Amazon event stream specification", "Initial response messages".
pub(crate) fn body(payload: Payload, content_type: &str, members: &[u8]) -> ResponseBody {
    match payload {
        Payload::None => ResponseBody::Bytes(initial_response(content_type, members)),
        events => events.into(),
    }
}

fn initial_response(content_type: &str, members: &[u8]) -> Bytes {
    let mut headers = BytesMut::new();
    for (name, value) in [
        (":message-type", "event"),
        (":event-type", "initial-response"),
        (":content-type", content_type),
    ] {
        headers.put_u8(u8::try_from(name.len()).unwrap_or(0));
        headers.put_slice(name.as_bytes());
        headers.put_u8(TEXT);
        headers.put_u16(u16::try_from(value.len()).unwrap_or(0));
        headers.put_slice(value.as_bytes());
    }
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut message = BytesMut::new();
    message.put_u32(number(AROUND + headers.len() + members.len()));
    message.put_u32(number(headers.len()));
    let prelude = crc32fast::hash(&message);
    message.put_u32(prelude);
    message.put_slice(&headers);
    message.put_slice(members);
    let whole = crc32fast::hash(&message);
    message.put_u32(whole);
    message.freeze()
}
