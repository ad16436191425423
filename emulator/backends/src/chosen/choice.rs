//! One backend, as it is written: `[SERVICE,...=]WHERE`.

use std::collections::BTreeSet;

use super::{aws, error::ChoiceError, services::prefix};

/// A backend and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// IAM prefixes; none for everything that has no backend of its own.
    pub(super) services: Option<BTreeSet<String>>,
    pub(super) place: Place,
}

/// Where a backend is, or what has to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It runs already.
    Url { url: String, is_real_aws: bool },
    /// A shell command with `{port}` in it.
    Process(String),
    /// A container's image, and the port in it where it is not the only one exposed.
    Container { image: String, port: Option<u16> },
}

impl Choice {
    pub(super) fn parse(text: &str) -> Result<Self, ChoiceError> {
        if let Some(place) = place(text)? {
            return Ok(Self {
                services: None,
                place,
            });
        }
        let form = || ChoiceError::Form(text.to_owned());
        let (names, rest) = text.split_once('=').ok_or_else(form)?;
        let place = place(rest)?.ok_or_else(form)?;
        let services = names.split(',').map(|name| prefix(name.trim()));
        Ok(Self {
            services: Some(services.collect::<Result<_, _>>()?),
            place,
        })
    }
}

/// None for a text that begins like no place.
fn place(text: &str) -> Result<Option<Place>, ChoiceError> {
    if let Some(command) = text.strip_prefix("process:") {
        return if command.contains("{port}") {
            Ok(Some(Place::Process(command.to_owned())))
        } else {
            Err(ChoiceError::NoPort(command.to_owned()))
        };
    }
    if let Some(image) = text.strip_prefix("container:") {
        return container(image)
            .map(Some)
            .ok_or_else(|| ChoiceError::Form(text.to_owned()));
    }
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Ok(None);
    }
    let host = host(text).ok_or_else(|| ChoiceError::Form(text.to_owned()))?;
    let is_real_aws = aws::is_real(&host);
    if is_real_aws && text.starts_with("http://") {
        return Err(ChoiceError::PlainHttp(text.to_owned()));
    }
    Ok(Some(Place::Url {
        url: text.trim_end_matches('/').to_owned(),
        is_real_aws,
    }))
}

/// The host of a URL that has no more than a host, a port and a path.
fn host(url: &str) -> Option<String> {
    let url: http::Uri = url.parse().ok()?;
    let authority = url.authority()?;
    let is_plain = !authority.as_str().contains('@') && url.query().is_none();
    is_plain.then(|| authority.host().to_owned())
}

/// `IMAGE` or `IMAGE@PORT`; what stands after another `@` is the digest of the image.
fn container(text: &str) -> Option<Place> {
    let (image, port) = match text.rsplit_once('@') {
        Some((image, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            (image, Some(port.parse().ok().filter(|port| *port != 0)?))
        }
        _ => (text, None),
    };
    (!image.is_empty()).then(|| Place::Container {
        image: image.to_owned(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Choice::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_service_stands_before_the_place() {
        let choice = Choice::parse("dynamodbstreams,stepfunctions=http://127.0.0.1:8000/").unwrap();
        let expected = ["dynamodb", "states"].map(ToOwned::to_owned);
        assert_eq!(choice.services, Some(BTreeSet::from(expected)));
        let url = "http://127.0.0.1:8000".to_owned();
        let is_real_aws = false;
        assert_eq!(choice.place, Place::Url { url, is_real_aws });
        let all = Choice::parse("process:A=1 emulator --port {port}").unwrap();
        let command = "A=1 emulator --port {port}".to_owned();
        assert_eq!((all.services, all.place), (None, Place::Process(command)));
    }

    #[test]
    fn an_image_has_a_port_or_a_digest_after_the_at() {
        let of = |text: &str| Choice::parse(text).unwrap().place;
        let place = |image: &str, port| Place::Container {
            image: image.to_owned(),
            port,
        };
        assert_eq!(of("container:a/b:1"), place("a/b:1", None));
        assert_eq!(of("container:a/b:1@8000"), place("a/b:1", Some(8000)));
        assert_eq!(of("s3=container:a@sha256:0a"), place("a@sha256:0a", None));
        assert_eq!(of("container:a@sha256:0a@1"), place("a@sha256:0a", Some(1)));
    }

    #[test]
    fn what_is_no_backend_is_refused_with_the_remedy() {
        let form = |text: &str| {
            format!(
                "`{text}` is no backend: write `http://HOST:PORT`, `process:'COMMAND {{port}}'` or \
                 `container:IMAGE`, with `SERVICE=` before it for one service"
            )
        };
        for text in [
            "127.0.0.1:1",
            "http://",
            "http://a b",
            "http://a@b",
            "ftp://a",
            "s3=",
            "container:",
            "container:a@0",
            "container:a@99999",
        ] {
            assert_eq!(wrong(text), form(text));
        }
        assert_eq!(
            wrong("dynamo=http://a"),
            "there is no service `dynamo`; `dynamodb` is the nearest"
        );
        assert_eq!(
            wrong("s3,sts=http://a"),
            "`sts` is always answered by Rolecall itself: no backend decides about identities"
        );
        assert_eq!(
            wrong("process:moto_server -p 5000"),
            "`process:moto_server -p 5000` does not say where the port goes: write `{port}` there"
        );
        assert_eq!(
            wrong("s3=http://s3.amazonaws.com"),
            "`http://s3.amazonaws.com` is AWS itself: use `https://`"
        );
    }
}
