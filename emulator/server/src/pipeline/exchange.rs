//! One request and its response.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::request::Parts;
use rolecall_backends::{Answer, Body, Reply};
use rolecall_catalog::{
    Call, Operation, ProtocolName, Service,
    model::{Member, ShapeKind},
    partition_of,
    recognise::Recognised,
};
use rolecall_policy::Context;
use rolecall_protocol::{Payload, RequestParts, ServiceError};
use rolecall_sigv4::{
    Algorithm, Claim, PayloadForm, PayloadHash, ServiceForm, Verified, read_claim,
};
use rolecall_trace::{AnsweredBy, Outcome};

use super::{
    WireReply,
    answer::{Question, answer},
    authenticate::{Identified, identify, rules, verify_signature},
    authentication_error::{Family, service_error},
    authorize::{Decided, authorize},
    body::{Check, broken, checked, passing, too_large},
    context, denial,
    head::Head,
    recording::{Attempted, Ending, record},
    reply::{wire_body, wire_reply},
    unrecognised::not_recognised,
};
use crate::{
    listener::{RequestBody, Unreadable},
    settings::Mode,
    state::{ResolvedKey, State},
};

// Headers of an upstream come with names of their own.
fn named(headers: Vec<(String, Vec<u8>)>) -> Vec<(Cow<'static, str>, Vec<u8>)> {
    let named = headers
        .into_iter()
        .map(|(name, value)| (name.into(), value));
    named.collect()
}

/// A request id in AWS's form, a UUID.
pub(super) fn request_id(state: &State) -> String {
    // Source: RFC 9562, 5.4: the version, 4, and the variant stand at fixed places.
    const FORM: &str = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";
    let mut bits = state.random.bits();
    let digit = |place: char| match place {
        'x' => {
            let digit = u32::try_from(bits & 0xf).unwrap_or_default();
            bits >>= 4;
            char::from_digit(digit, 16).unwrap_or_default()
        }
        fixed => fixed,
    };
    let mut id = String::with_capacity(FORM.len());
    id.extend(FORM.chars().map(digit));
    id
}

/// What is known of a request so far: an error is answered in the most specific protocol known.
struct Exchange<'a> {
    state: &'a State,
    head: Head<'a>,
    request_id: String,
    protocol: ProtocolName,
    service: Option<Arc<Service>>,
    operation: Option<usize>,
}

/// The body on its way: not read yet, or in memory since recognition needed it.
enum Pending {
    Unread(RequestBody),
    Read(Bytes),
}

pub(super) async fn exchange(state: &Arc<State>, parts: &Parts, body: RequestBody) -> WireReply {
    let head = Head::of(parts);
    let form = ServiceForm::of_head(&head.signed());
    let protocol = head.likely_protocol(form);
    let request_id = request_id(state);
    let mut exchange = Exchange {
        state,
        head,
        request_id,
        protocol,
        service: None,
        operation: None,
    };
    match exchange.run(form, body).await {
        Ok(reply) => reply,
        Err(error) => {
            exchange.refused(&error);
            exchange.failed(&error)
        }
    }
}

impl Exchange<'_> {
    fn operation_model(&self) -> Option<&Operation> {
        self.service.as_ref()?.operations.get(self.operation?)
    }

    /// A line in the log for a request that did not become a call.
    fn refused(&self, error: &ServiceError) {
        let operation = self.operation_model();
        tracing::warn!(
            request_id = self.request_id,
            method = self.head.method,
            path = self.head.path,
            service = self.service.as_ref().map(|service| service.name.as_str()),
            operation = operation.map(|operation| operation.name.as_str()),
            code = error.code,
            detail = error.detail,
            "refused: {}",
            error.message
        );
    }

    async fn run(
        &mut self,
        form: ServiceForm,
        body: RequestBody,
    ) -> Result<WireReply, ServiceError> {
        self.head
            .check_size(self.state.settings.limits.head, self.family())?;
        let claim = read_claim(&self.head.signed(), form)
            .map_err(|error| service_error(&error, Family::of(None, self.protocol)))?;
        let mut body = Pending::Unread(body);
        if self.head.is_form() {
            body = Pending::Read(self.read(body).await?);
        }
        let recognised = self.recognise(&claim, &body)?;
        self.protocol = recognised.protocol;
        self.operation = Some(recognised.operation);
        self.service = Some(Arc::clone(&recognised.service));
        let (resolved, body) = self.authenticate(&claim, &recognised, body).await?;
        let call = Arc::new(self.parse(&claim, &recognised, &resolved, &body)?);
        let common = self.common_context(&claim, &call, &resolved);
        self.decide_and_answer(call, common, resolved, body).await
    }

    async fn read(&self, body: Pending) -> Result<Bytes, ServiceError> {
        let limit = self.state.settings.limits.body;
        match body {
            Pending::Read(bytes) => Ok(bytes),
            Pending::Unread(body) => body.collect(limit).await.map_err(|error| match error {
                Unreadable::TooLarge { limit } => too_large(self.family(), limit),
                Unreadable::Broken(cause) => broken(self.family(), cause),
            }),
        }
    }

    fn family(&self) -> Family {
        Family::of(self.service.as_deref(), self.protocol)
    }

    fn recognise(&mut self, claim: &Claim, body: &Pending) -> Result<Recognised, ServiceError> {
        let scope = match claim {
            Claim::Signed(claim) => claim.scope.as_ref(),
            Claim::Anonymous => None,
        };
        let sigv2 = matches!(claim, Claim::Signed(claim) if claim.algorithm == Algorithm::V2Query);
        let head = rolecall_catalog::recognise::Head {
            method: self.head.method,
            path: self.head.path,
            query: self.head.query,
            host: self.head.host,
            own_host: None,
            headers: &self.head.headers,
            // A SigV2 query has no scope; it is S3's own form.
            scope_service: scope
                .map(|s| s.service.as_str())
                .or_else(|| sigv2.then_some("s3")),
            scope_region: scope.and_then(|scope| scope.region.as_deref()),
            form: match body {
                Pending::Read(bytes) => Some(bytes),
                Pending::Unread(_) => None,
            },
        };
        self.state.catalog.recognise(&head).map_err(|unrecognised| {
            self.protocol = unrecognised.protocol;
            self.service.clone_from(&unrecognised.service);
            not_recognised(&unrecognised)
        })
    }

    async fn authenticate(
        &self,
        claim: &Claim,
        recognised: &Recognised,
        body: Pending,
    ) -> Result<(Arc<ResolvedKey>, Body), ServiceError> {
        let family = self.family();
        let refuse = |error| service_error(&error, family);
        let service = &recognised.service;
        let names: Vec<&str> = service.signing_names.iter().map(String::as_str).collect();
        let rules = rules(service, &names, recognised.protocol);
        let Identified {
            resolved,
            is_signed,
        } = identify(self.state, claim, service, recognised.operation(), &rules).map_err(refuse)?;
        let Claim::Signed(claim) = claim else {
            let body = self.unsigned_body(recognised, body).await?;
            return Ok((resolved, body));
        };
        let verify = |payload: PayloadHash<'_>| -> Result<Option<Verified>, ServiceError> {
            if !is_signed {
                return Ok(None);
            }
            let head = self.head.signed();
            verify_signature(self.state, claim, &head, &resolved.secret, payload, &rules)
                .map(Some)
                .map_err(refuse)
        };
        let body_is_covered = matches!(claim.payload, PayloadForm::Hashed { claimed: None });
        if let Pending::Unread(source) = body {
            if streams(service, recognised) && !body_is_covered {
                let verified = verify(PayloadHash::AsClaimed)?;
                let check = Check::of(claim, verified.as_ref()).map_err(refuse)?;
                let limit = self.state.settings.limits.stream;
                return Ok((resolved, passing(source, check, family, limit)));
            }
            let bytes = self.read(Pending::Unread(source)).await?;
            return self
                .buffered(claim, verify, bytes, body_is_covered)
                .map(|b| (resolved, b));
        }
        let bytes = self.read(body).await?;
        self.buffered(claim, verify, bytes, body_is_covered)
            .map(|b| (resolved, b))
    }

    fn buffered(
        &self,
        claim: &rolecall_sigv4::SignedClaim,
        verify: impl Fn(PayloadHash<'_>) -> Result<Option<Verified>, ServiceError>,
        bytes: Bytes,
        body_is_covered: bool,
    ) -> Result<Body, ServiceError> {
        let refuse = |error| service_error(&error, self.family());
        let payload = if body_is_covered {
            PayloadHash::Body(&bytes)
        } else {
            PayloadHash::AsClaimed
        };
        let verified = verify(payload)?;
        let check = Check::of(claim, verified.as_ref()).map_err(refuse)?;
        checked(check, bytes).map(Body::Bytes).map_err(refuse)
    }

    async fn unsigned_body(
        &self,
        recognised: &Recognised,
        body: Pending,
    ) -> Result<Body, ServiceError> {
        match body {
            Pending::Unread(source) if streams(&recognised.service, recognised) => {
                let limit = self.state.settings.limits.stream;
                Ok(passing(source, Check::Nothing, self.family(), limit))
            }
            body => self.read(body).await.map(Body::Bytes),
        }
    }

    fn parse(
        &self,
        claim: &Claim,
        recognised: &Recognised,
        resolved: &ResolvedKey,
        body: &Body,
    ) -> Result<Call, ServiceError> {
        let empty = Bytes::new();
        let bytes = match body {
            Body::Bytes(bytes) => bytes,
            Body::Stream(_) => &empty,
        };
        let limit = self.state.settings.limits.body;
        let is_payload = payload(&recognised.service, recognised).is_some();
        let bytes = if is_payload {
            // An object that is stored compressed stays so.
            bytes.clone()
        } else {
            rolecall_protocol::decoded_body(&self.head.headers, bytes, limit)?
        };
        let request = RequestParts {
            method: self.head.method,
            path: self.head.path,
            query: self.head.query,
            headers: &self.head.headers,
            body: &bytes,
        };
        let operation = recognised.operation();
        let labels = &recognised.labels;
        let service = &recognised.service;
        let parameters =
            rolecall_protocol::parse(service, operation, recognised.protocol, &request, labels)?;
        let scope = match claim {
            Claim::Signed(claim) => claim.scope.as_ref(),
            Claim::Anonymous => None,
        };
        let region = scope
            .and_then(|s| s.region.as_ref())
            .unwrap_or(&self.state.settings.region);
        Ok(Call {
            service: Arc::clone(service),
            operation: recognised.operation,
            protocol: recognised.protocol,
            parameters,
            partition: partition_of(region).to_owned(),
            region: region.clone(),
            account: rolecall_policy::AccountId::parse(
                resolved.caller.account_or(&self.state.settings.account),
            )
            .map_err(|error| ServiceError::new("InternalFailure", error.to_string()))?,
        })
    }

    fn common_context(&self, claim: &Claim, call: &Call, resolved: &ResolvedKey) -> Context {
        let now = self.state.now_millis();
        let mut common = resolved.caller.context.clone();
        context::global(
            &mut common,
            &self.state.settings,
            now,
            &call.region,
            self.head.header("user-agent"),
            self.head.header("referer"),
        );
        if call.service.name == "s3" {
            context::s3(
                &mut common,
                claim,
                self.head.header("x-amz-content-sha256"),
                now,
            );
        }
        common
    }

    async fn decide_and_answer(
        &self,
        call: Arc<Call>,
        common: Context,
        resolved: Arc<ResolvedKey>,
        body: Body,
    ) -> Result<WireReply, ServiceError> {
        let state = self.state;
        let time_millis = state.now_millis();
        let caller = &resolved.caller;
        let decided = authorize(state, &caller.principal, &caller.policies, &common, &call);
        let denied = decided
            .iter()
            .find(|decided| !decided.decision.is_allowed());
        let denial = match (denied, state.settings.mode) {
            (Some(denied), Mode::Enforce) => Some(denial::denial(&call, &caller.principal, denied)),
            _ => None,
        };
        let (reply, ending) = match denial {
            Some(error) => {
                let reply = self.failed(&error);
                let ending = Ending {
                    outcome: Outcome::Denied,
                    by: AnsweredBy::Rolecall,
                    status: reply.status,
                    error: Some(error.code),
                };
                (reply, ending)
            }
            None => self.answered(&call, caller, &decided, body).await,
        };
        let request_id = self.request_id.clone();
        let attempted = Attempted {
            resolved: &resolved,
            call: &call,
            common,
            decided,
            request_id,
            time_millis,
        };
        record(state, attempted, ending);
        Ok(reply)
    }

    async fn answered(
        &self,
        call: &Arc<Call>,
        caller: &crate::accounts::Caller,
        decided: &[Decided],
        body: Body,
    ) -> (WireReply, Ending) {
        let raw = || self.head.raw();
        let request_id = &self.request_id;
        let question = Question {
            call,
            caller,
            decided,
            body,
            raw: &raw,
            request_id,
        };
        let answered = answer(self.state, question).await;
        let (reply, outcome, error) = match answered.reply {
            Ok(Reply::Answer(answer)) => (self.success(call, answer), Outcome::Answered, None),
            Ok(Reply::Raw(raw)) => {
                let outcome = if raw.status < 400 {
                    Outcome::Answered
                } else {
                    Outcome::Failed
                };
                let reply = WireReply {
                    status: raw.status,
                    headers: named(raw.headers),
                    body: wire_body(raw.body, None),
                };
                (reply, outcome, None)
            }
            Err(error) => (self.failed(&error), Outcome::Failed, Some(error.code)),
        };
        let ending = Ending {
            outcome,
            by: answered.by,
            status: reply.status,
            error,
        };
        (reply, ending)
    }

    fn success(&self, call: &Call, answer: Answer) -> WireReply {
        let (payload, stream) = match answer.body {
            None => (Payload::None, None),
            Some(body) => match body.body {
                Body::Bytes(bytes) => (Payload::Bytes(bytes), None),
                Body::Stream(_) => (Payload::Stream, Some(body)),
            },
        };
        let response = rolecall_protocol::success(
            &call.service,
            call.operation(),
            call.protocol,
            &answer.output,
            payload,
            &self.request_id,
        );
        wire_reply(
            response,
            stream.map(|body| wire_body(body.body, body.length)),
        )
    }

    fn failed(&self, error: &ServiceError) -> WireReply {
        let operation = self.operation_model();
        tracing::debug!(
            request_id = self.request_id,
            service = self.service.as_ref().map(|service| service.name.as_str()),
            operation = operation.map(|operation| operation.name.as_str()),
            code = error.code,
            detail = error.detail,
            "{}",
            error.message
        );
        let response = rolecall_protocol::failure(
            self.service.as_deref(),
            operation,
            self.protocol,
            self.head.method,
            error,
            &self.request_id,
        );
        wire_reply(response, None)
    }
}

/// The blob that is the whole body of a request.
fn payload<'a>(service: &'a Service, recognised: &Recognised) -> Option<(&'a Member, bool)> {
    let input = service.structure(recognised.operation().input?)?;
    let member = input.members.get(input.payload? as usize)?;
    match service.shape(member.shape).kind {
        ShapeKind::Blob { streaming } => Some((member, streaming)),
        _ => None,
    }
}

/// Whether the body of an operation goes through as it arrives.
fn streams(service: &Service, recognised: &Recognised) -> bool {
    payload(service, recognised).is_some_and(|(member, streaming)| member.streaming || streaming)
}
