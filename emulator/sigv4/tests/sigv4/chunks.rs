//! Chunked bodies: the examples of S3's documentation, `aws-sigv4` as the client, and broken framing.

use aws_sigv4::sign::{v4, v4a};
use bytes::Bytes;
use proptest::prelude::*;
use rolecall_sigv4::{
    Algorithm, AuthenticationError, BodyDigest, CanonicalRequest, ChunkDecoder, ChunkFault,
    PathForm, PayloadHash, SecretAccessKey, ServiceForm, SignedClaim, Trailer, TrailerFault,
    Verified, VerifyRules, string_to_sign, verify,
};

use crate::random::runner;
use crate::request::{Request, SECRET, flip_last_hex_digit};
use crate::signer::{Payload, Plan, identity, signed, time};

/// The secret of the examples in S3's documentation: one character other than that of the suite.
const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn verified(request: &Request, secret: &str) -> (SignedClaim, Verified) {
    let claim = request.claim(ServiceForm::S3);
    let secret = SecretAccessKey::new(secret);
    let verified = request.with_head(|head| {
        verify(
            &claim,
            head,
            &secret,
            PayloadHash::AsClaimed,
            &VerifyRules::s3(),
            None,
        )
        .unwrap()
    });
    (claim, verified)
}

/// Decodes a body that comes in pieces of one size.
fn decode(
    (claim, verified): &(SignedClaim, Verified),
    body: &[u8],
    piece: usize,
) -> Result<(Vec<u8>, Vec<Trailer>), AuthenticationError> {
    let mut decoder = ChunkDecoder::new(claim, verified)?;
    let mut data = Vec::new();
    for input in body.chunks(piece) {
        decoder.push_with(input, |decoded| data.extend_from_slice(decoded))?;
    }
    Ok((data, decoder.finish()?))
}

/// "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks",
/// S3 API reference: 65 KiB of `a` in chunks of 64 KiB.
fn documented() -> Request {
    let mut request = Request::parse(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\n\
         Host: s3.amazonaws.com\n\
         x-amz-date: 20130524T000000Z\n\
         x-amz-storage-class: REDUCED_REDUNDANCY\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n\
         Content-Encoding: aws-chunked\n\
         x-amz-decoded-content-length: 66560\n",
    )
    .with_header("Content-Length", "66824");
    request.body = framed(&[
        (
            65_536,
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        ),
        (
            1_024,
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        ),
        (
            0,
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ),
    ]);
    request.body.extend_from_slice(b"\r\n");
    assert_eq!(request.body.len(), 66_824);
    request
}

/// "Signature Calculations for the Authorization Header: Including Trailing Headers", S3 API
/// reference.
fn documented_with_trailer() -> Request {
    let mut request = Request::parse(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\n\
         Host: s3.amazonaws.com\n\
         x-amz-date: 20130524T000000Z\n\
         x-amz-storage-class: REDUCED_REDUNDANCY\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\n\
         Content-Encoding: aws-chunked\n\
         x-amz-decoded-content-length: 66560\n\
         x-amz-trailer: x-amz-checksum-crc32c\n",
    );
    request.body = framed(&[
        (
            65_536,
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        ),
        (
            1_024,
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        ),
        (
            0,
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ),
    ]);
    request.body.extend_from_slice(
        b"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
          d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    );
    request
}

/// Frames chunks of `a`; the last one has no data and no line end after it.
fn framed(chunks: &[(usize, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (length, signature) in chunks {
        body.extend_from_slice(format!("{length:x};chunk-signature={signature}\r\n").as_bytes());
        if *length > 0 {
            body.resize(body.len() + length, b'a');
            body.extend_from_slice(b"\r\n");
        }
    }
    body
}

#[test]
fn decodes_the_documented_example() {
    let request = documented();
    let verified = verified(&request, S3_SECRET);
    for piece in [1, 7, 65_536, 1_000_000] {
        let (data, trailers) = decode(&verified, &request.body, piece).unwrap();
        assert_eq!(data, vec![b'a'; 66_560], "pieces of {piece}");
        assert_eq!(trailers, []);
    }
}

#[test]
fn decodes_the_documented_example_with_a_trailer() {
    let request = documented_with_trailer();
    let verified = verified(&request, S3_SECRET);
    let expected = Trailer {
        name: "x-amz-checksum-crc32c".to_owned(),
        value: "sOO8/Q==".to_owned(),
    };
    for piece in [1, 13, 1_000_000] {
        let (data, trailers) = decode(&verified, &request.body, piece).unwrap();
        assert_eq!(data.len(), 66_560, "pieces of {piece}");
        assert_eq!(trailers, std::slice::from_ref(&expected));
    }
    // The documentation shows an empty line between the last chunk and the trailers.
    let text = String::from_utf8(request.body).unwrap();
    let spaced = text.replace("\r\nx-amz-checksum", "\r\n\r\nx-amz-checksum");
    assert_eq!(
        decode(&verified, spaced.as_bytes(), 5).unwrap().1,
        [expected]
    );
}

#[test]
fn the_seed_must_be_right() {
    let mut request = documented();
    request.set("x-amz-decoded-content-length", "66561");
    let error = request.verify(&VerifyRules::s3(), S3_SECRET).unwrap_err();
    assert!(
        matches!(error, AuthenticationError::SignatureMismatch(_)),
        "{error:?}"
    );
}

/// Frames and signs a body as an SDK would, with `aws-sigv4`.
fn stream(
    seed: &str,
    chunks: &[Bytes],
    trailers: Option<&[(&'static str, &'static str)]>,
) -> Vec<u8> {
    let identity = identity(false);
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(time())
        .settings(())
        .build()
        .unwrap();
    let mut previous = seed.to_owned();
    let mut body = Vec::new();
    for chunk in chunks.iter().chain([&Bytes::new()]) {
        previous = v4::sign_chunk(chunk, &previous, &params)
            .unwrap()
            .into_parts()
            .1;
        let line = format!("{:x};chunk-signature={previous}\r\n", chunk.len());
        body.extend_from_slice(line.as_bytes());
        if !chunk.is_empty() {
            body.extend_from_slice(chunk);
            body.extend_from_slice(b"\r\n");
        }
    }
    if let Some(trailers) = trailers {
        let mut headers = aws_smithy_runtime_api::http::Headers::new();
        for (name, value) in trailers {
            headers.append(*name, *value);
            body.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
        }
        let signature = v4::sign_trailer(&headers, &previous, &params)
            .unwrap()
            .into_parts()
            .1;
        body.extend_from_slice(format!("x-amz-trailer-signature:{signature}\r\n").as_bytes());
    }
    body.extend_from_slice(b"\r\n");
    body
}

const TRAILERS: [(&str, &str); 2] = [("x-amz-b", "2"), ("x-amz-a", "one")];

/// Signs the head of an upload of so many bytes.
fn upload(length: usize, payload: Payload) -> Request {
    let mut request = Request::new("PUT", "/bucket/key")
        .with_header("x-amz-decoded-content-length", &length.to_string());
    if payload != Payload::SignedChunks {
        request = request.with_header("x-amz-trailer", "x-amz-a, X-Amz-B");
    }
    signed(
        &request,
        Plan {
            payload,
            ..Plan::plain(ServiceForm::S3)
        },
    )
}

fn chunks() -> impl Strategy<Value = Vec<Bytes>> {
    let chunk = prop::collection::vec(any::<u8>(), 1..300).prop_map(Bytes::from);
    prop::collection::vec(chunk, 0..5)
}

fn length_of(chunks: &[Bytes]) -> usize {
    chunks.iter().map(Bytes::len).sum()
}

#[test]
fn accepts_what_aws_sigv4_streams() {
    let with_trailer = any::<bool>();
    runner(40)
        .run(
            &(chunks(), with_trailer, 1..400_usize),
            |(chunks, with_trailer, piece)| {
                let payload = if with_trailer {
                    Payload::SignedTrailer
                } else {
                    Payload::SignedChunks
                };
                let request = upload(length_of(&chunks), payload);
                let verified = verified(&request, SECRET);
                let trailers = with_trailer.then_some(&TRAILERS[..]);
                let body = stream(verified.1.seed_signature(), &chunks, trailers);
                let (data, found) = decode(&verified, &body, piece).unwrap();
                prop_assert_eq!(data, chunks.concat());
                prop_assert_eq!(found.len(), if with_trailer { 2 } else { 0 });
                Ok(())
            },
        )
        .unwrap();
}

/// Any one bit changed, anywhere in the body, is noticed.
#[test]
fn refuses_any_flipped_bit_in_a_stream() {
    let chunks = [
        Bytes::from_static(b"first"),
        Bytes::from_static(b"second one"),
    ];
    let request = upload(length_of(&chunks), Payload::SignedTrailer);
    let verified = verified(&request, SECRET);
    let body = stream(verified.1.seed_signature(), &chunks, Some(&TRAILERS));
    decode(&verified, &body, 10).unwrap();
    let mut unnoticed = Vec::new();
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut broken = body.clone();
            broken[at] ^= 1 << bit;
            if decode(&verified, &broken, 10).is_ok() {
                unnoticed.push((char::from(body[at]), char::from(broken[at])));
            }
        }
    }
    // The case of a hex digit of a length and of the name of a trailer means nothing.
    let only_case =
        |(one, other): &(char, char)| one.is_ascii_alphabetic() && one.eq_ignore_ascii_case(other);
    assert!(unnoticed.iter().all(only_case), "{unnoticed:?}");
    assert!(unnoticed.len() < 64, "{}", unnoticed.len());
}

#[test]
fn names_the_chunk_whose_signature_is_wrong() {
    let chunks = [Bytes::from_static(b"one"), Bytes::from_static(b"two")];
    let request = upload(6, Payload::SignedChunks);
    let verified = verified(&request, SECRET);
    let body = stream(verified.1.seed_signature(), &chunks, None);
    let text = String::from_utf8(body).unwrap();
    for (from, to, chunk) in [("one\r", "onf\r", 1), ("two\r", "twp\r", 2)] {
        let error = decode(&verified, text.replace(from, to).as_bytes(), 3).unwrap_err();
        assert_eq!(error, AuthenticationError::ChunkSignatureMismatch { chunk });
    }
    let swapped = text
        .replace("one", "___")
        .replace("two", "one")
        .replace("___", "two");
    let error = decode(&verified, swapped.as_bytes(), 3).unwrap_err();
    assert_eq!(
        error,
        AuthenticationError::ChunkSignatureMismatch { chunk: 1 }
    );
}

#[test]
fn a_stream_of_another_request_is_refused() {
    let chunks = [Bytes::from_static(b"one")];
    let request = upload(3, Payload::SignedChunks);
    let verified = verified(&request, SECRET);
    let other = flip_last_hex_digit(verified.1.seed_signature());
    let error = decode(&verified, &stream(&other, &chunks, None), 9).unwrap_err();
    assert_eq!(
        error,
        AuthenticationError::ChunkSignatureMismatch { chunk: 1 }
    );
}

#[test]
fn refuses_trailers_that_were_changed() {
    let request = upload(3, Payload::SignedTrailer);
    let verified = verified(&request, SECRET);
    let body = stream(
        verified.1.seed_signature(),
        &[Bytes::from_static(b"one")],
        Some(&TRAILERS),
    );
    let text = String::from_utf8(body).unwrap();
    let malformed = |fault| AuthenticationError::TrailerMalformed { fault };
    let (start, _) = text.split_once("x-amz-trailer-signature:").unwrap();
    for (broken, expected) in [
        (
            text.replace("x-amz-a:one", "x-amz-a:two"),
            AuthenticationError::TrailerSignatureMismatch,
        ),
        (
            text.replace("x-amz-a:", "x-amz-c:"),
            AuthenticationError::TrailerSignatureMismatch,
        ),
        (
            format!("{start}x-amz-trailer-signature:\r\n\r\n"),
            AuthenticationError::TrailerSignatureMismatch,
        ),
        (format!("{start}\r\n"), malformed(TrailerFault::NoSignature)),
        (
            format!("{start}x-amz-trailer-signature\r\n\r\n"),
            malformed(TrailerFault::Line),
        ),
    ] {
        let error = decode(&verified, broken.as_bytes(), 11).unwrap_err();
        assert_eq!(error, expected, "{broken:?}");
    }
}

/// The unsigned form, where only the framing can be wrong.
#[test]
fn refuses_broken_framing() {
    let request = upload(5, Payload::UnsignedTrailer);
    let verified = verified(&request, SECRET);
    let end = "x-amz-a:1\r\nx-amz-b:2\r\n\r\n";
    let chunk = |chunk, fault| AuthenticationError::ChunkMalformed { chunk, fault };
    let trailer = |fault| AuthenticationError::TrailerMalformed { fault };
    let length = |received| AuthenticationError::DecodedLengthMismatch {
        declared: 5,
        received,
    };
    let good = format!("2\r\nab\r\n3;ext=1\r\ncde\r\n0\r\n{end}");
    assert_eq!(decode(&verified, good.as_bytes(), 1).unwrap().0, b"abcde");
    for (body, expected) in [
        (String::new(), chunk(1, ChunkFault::Truncated)),
        ("5".to_owned(), chunk(1, ChunkFault::Truncated)),
        ("5\r\nabc".to_owned(), chunk(1, ChunkFault::Truncated)),
        ("5\r\nabcde".to_owned(), chunk(1, ChunkFault::Truncated)),
        ("5\r\nabcde\r\n".to_owned(), chunk(2, ChunkFault::Truncated)),
        (
            "5\r\nabcde\r\n0\r\n".to_owned(),
            chunk(2, ChunkFault::Truncated),
        ),
        (
            "5\r\nabcde\r\n0\r\n\r\nx-amz".to_owned(),
            chunk(2, ChunkFault::Truncated),
        ),
        (
            "5\r\nabcde\r\n0\r\nx-amz-a:1\r\n".to_owned(),
            chunk(2, ChunkFault::Truncated),
        ),
        ("x\r\nabcde\r\n".to_owned(), chunk(1, ChunkFault::Length)),
        (
            format!("5\r\nabcdef\r\n0\r\n{end}"),
            chunk(1, ChunkFault::NoLineEnd),
        ),
        (
            format!("5\r\nabcde\r\n0\r\n\r\n\r\n{end}"),
            chunk(2, ChunkFault::TrailingData),
        ),
        (
            format!("{good}more\r\n"),
            chunk(3, ChunkFault::TrailingData),
        ),
        ("5".repeat(5_000), chunk(1, ChunkFault::LineTooLong)),
        (format!("6\r\nabcdef\r\n0\r\n{end}"), length(6)),
        ("ffffffffffffffff\r\n".to_owned(), length(u64::MAX)),
        (format!("4\r\nabcd\r\n0\r\n{end}"), length(4)),
        (format!("2\r\nab\r\n4\r\ncdef\r\n0\r\n{end}"), length(6)),
        (
            "5\r\nabcde\r\n0\r\nx-amz-a:1\r\n\r\n".to_owned(),
            trailer(TrailerFault::Missing {
                name: "x-amz-b".to_owned(),
            }),
        ),
        (
            "5\r\nabcde\r\n0\r\n\r\n".to_owned(),
            trailer(TrailerFault::Missing {
                name: "x-amz-a".to_owned(),
            }),
        ),
        (
            format!("5\r\nabcde\r\n0\r\nx-amz-c:3\r\n{end}"),
            trailer(TrailerFault::NotAnnounced {
                name: "x-amz-c".to_owned(),
            }),
        ),
        (
            "5\r\nabcde\r\n0\r\nno colon\r\n\r\n".to_owned(),
            trailer(TrailerFault::Line),
        ),
        (
            format!("5\r\nabcde\r\n0\r\n{}", "a:b\r\n".repeat(6_000)),
            trailer(TrailerFault::TooLong),
        ),
    ] {
        for piece in [1, 4, 100_000] {
            let error = decode(&verified, body.as_bytes(), piece).unwrap_err();
            assert_eq!(error, expected, "{body:.60?} in pieces of {piece}");
        }
    }
}

#[test]
fn a_signed_stream_without_trailers_ends_with_its_last_chunk() {
    let request = upload(3, Payload::SignedChunks);
    let verified = verified(&request, SECRET);
    let body = stream(
        verified.1.seed_signature(),
        &[Bytes::from_static(b"one")],
        None,
    );
    let text = String::from_utf8(body).unwrap();
    let with_trailer = format!("{}x-amz-a:1\r\n\r\n", text.strip_suffix("\r\n").unwrap());
    let fault = TrailerFault::Line;
    assert_eq!(
        decode(&verified, with_trailer.as_bytes(), 8).unwrap_err(),
        AuthenticationError::TrailerMalformed { fault }
    );
    for more in ["\r\n", "x-amz-a:1\r\n\r\n"] {
        let fault = ChunkFault::TrailingData;
        assert_eq!(
            decode(&verified, format!("{text}{more}").as_bytes(), 8).unwrap_err(),
            AuthenticationError::ChunkMalformed { chunk: 2, fault }
        );
    }
}

/// A caller whose secret nobody knows (mode `record`): the framing is still checked.
#[test]
fn decodes_without_a_secret() {
    let request = upload(3, Payload::SignedTrailer);
    let claim = request.claim(ServiceForm::S3);
    let body = stream("unknown", &[Bytes::from_static(b"one")], Some(&TRAILERS));
    let mut decoder = ChunkDecoder::unverified(&claim).unwrap();
    assert_eq!(decoder.push(&body).unwrap(), b"one");
    assert_eq!(decoder.finish().unwrap().len(), 2);
    let mut decoder = ChunkDecoder::unverified(&claim).unwrap();
    decoder.push(&body[..body.len() - 3]).unwrap();
    let fault = ChunkFault::Truncated;
    assert_eq!(
        decoder.finish().unwrap_err(),
        AuthenticationError::ChunkMalformed { chunk: 2, fault }
    );
}

#[test]
fn a_signed_chunk_needs_its_signature() {
    let request = upload(5, Payload::SignedChunks);
    let verified = verified(&request, SECRET);
    let error = decode(&verified, b"5\r\nabcde\r\n0\r\n\r\n", 4).unwrap_err();
    let fault = ChunkFault::NoSignature;
    assert_eq!(
        error,
        AuthenticationError::ChunkMalformed { chunk: 1, fault }
    );
}

#[test]
fn the_decoded_length_has_to_be_known() {
    for length in ["", "-1", "five", "18446744073709551616"] {
        let request =
            Request::new("PUT", "/bucket/key").with_header("x-amz-decoded-content-length", length);
        let plan = Plan {
            payload: Payload::SignedChunks,
            ..Plan::plain(ServiceForm::S3)
        };
        let verified = verified(&signed(&request, plan), SECRET);
        let error = ChunkDecoder::new(&verified.0, &verified.1).unwrap_err();
        assert_eq!(
            error,
            AuthenticationError::MissingDecodedContentLength,
            "{length}"
        );
    }
}

#[test]
fn an_event_stream_is_verified_up_to_its_head() {
    let request = Request::new("POST", "/stream-transcription")
        .with_header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    let request = sign_v4_text(&request, "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    let claim = request.claim(ServiceForm::Generic);
    let secret = SecretAccessKey::new(SECRET);
    let rules = VerifyRules::generic();
    let verified = request.with_head(|head| {
        verify(&claim, head, &secret, PayloadHash::AsClaimed, &rules, None).unwrap()
    });
    let error = ChunkDecoder::new(&claim, &verified).unwrap_err();
    assert_eq!(error, AuthenticationError::EventStreamNotSupported);
}

/// Signs by hand, for payload words that `aws-sigv4` does not know.
fn sign_v4_text(request: &Request, payload: &str) -> Request {
    let mut request = request
        .clone()
        .with_header("Host", "127.0.0.1")
        .with_header("X-Amz-Date", "20260102T030405Z");
    request.set(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/transcribe/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=unknown",
    );
    let to_sign = text_to_sign(&request, ServiceForm::Generic, payload);
    let key = v4::generate_signing_key(SECRET, time(), "us-east-1", "transcribe");
    request.replace("unknown", &v4::calculate_signature(key, &to_sign));
    request
}

fn text_to_sign(request: &Request, form: ServiceForm, payload: &str) -> Vec<u8> {
    let claim = request.claim(form);
    let canonical =
        request.with_head(|head| CanonicalRequest::build(&claim, head, PathForm::AsSent, payload));
    string_to_sign(&claim, &canonical)
}

/// Signs a head and one chunk with `SigV4a`, signatures padded as the CRT pads them.
fn stream_v4a(word: &str) -> (Request, String, String) {
    let mut request = Request::new("PUT", "/bucket/key")
        .with_header("Host", "127.0.0.1")
        .with_header("X-Amz-Date", "20260102T030405Z")
        .with_header("X-Amz-Region-Set", "*")
        .with_header("x-amz-decoded-content-length", "5")
        .with_header("x-amz-trailer", "x-amz-a")
        .with_header("x-amz-content-sha256", word);
    request.set(
        "Authorization",
        "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20260102/s3/aws4_request, SignedHeaders=host;\
         x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-region-set;x-amz-trailer, \
         Signature=unknown",
    );
    let key = v4a::generate_signing_key("AKIDEXAMPLE", SECRET);
    let sign = |text: &str| v4a::calculate_signature(key.as_ref(), text.as_bytes());
    let seed = sign(std::str::from_utf8(&text_to_sign(&request, ServiceForm::S3, word)).unwrap());
    request.replace("unknown", &seed);
    let scope = "20260102T030405Z\n20260102/s3/aws4_request";
    let nothing = BodyDigest::of(b"").hex();
    let chunk = |previous: &str, data: &[u8]| {
        let hash = BodyDigest::of(data).hex();
        sign(&format!(
            "AWS4-ECDSA-P256-SHA256-PAYLOAD\n{scope}\n{previous}\n{nothing}\n{hash}"
        ))
    };
    let first = chunk(&seed, b"hello");
    let last = chunk(&first, b"");
    let hash = BodyDigest::of(b"x-amz-a:1\n").hex();
    let trailer = sign(&format!(
        "AWS4-ECDSA-P256-SHA256-TRAILER\n{scope}\n{last}\n{hash}"
    ));
    let body =
        format!("5;chunk-signature={first:*<144}\r\nhello\r\n0;chunk-signature={last:*<144}\r\n");
    (
        request,
        body,
        format!("x-amz-a:1\r\nx-amz-trailer-signature:{trailer:*<144}\r\n"),
    )
}

#[test]
fn decodes_chunks_signed_with_v4a() {
    let (request, body, trailer) = stream_v4a("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER");
    let verified_head = verified(&request, SECRET);
    assert_eq!(verified_head.0.algorithm, Algorithm::V4a);
    let whole = format!("{body}{trailer}\r\n");
    let (data, trailers) = decode(&verified_head, whole.as_bytes(), 9).unwrap();
    assert_eq!((data.as_slice(), trailers.len()), (&b"hello"[..], 1));
    let error = decode(
        &verified_head,
        whole.replace("hello", "hullo").as_bytes(),
        9,
    )
    .unwrap_err();
    assert_eq!(
        error,
        AuthenticationError::ChunkSignatureMismatch { chunk: 1 }
    );
    let error = decode(&verified_head, whole.replace("a:1", "a:2").as_bytes(), 9).unwrap_err();
    assert_eq!(error, AuthenticationError::TrailerSignatureMismatch);

    let (request, body, _) = stream_v4a("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");
    let verified_head = verified(&request, SECRET);
    assert_eq!(
        decode(&verified_head, format!("{body}\r\n").as_bytes(), 9)
            .unwrap()
            .0,
        b"hello"
    );
}
