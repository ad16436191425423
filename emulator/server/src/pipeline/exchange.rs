//! One request and its response.

mod answering;
mod authentication;
mod form;

use std::sync::Arc;

use answering::Asked;
use authentication::payload;
use bytes::Bytes;
use http::request::Parts;
use rolecall_backends::Body;
use rolecall_catalog::{
    Call, Operation, ProtocolName, Service, partition_of,
    recognise::{Reason, Recognised, Unrecognised},
};
use rolecall_policy::Context;
use rolecall_protocol::{RequestParts, ServiceError};
use rolecall_sigv4::{Algorithm, Claim, ServiceForm, read_claim};

use super::{
    WireReply,
    authentication_error::{Family, service_error},
    authorize::{Decided, authorize},
    body::{broken, too_large},
    context, cors, denial,
    head::Head,
    missing_bucket,
    partly::{Partly, partly},
    recording::{Attempted, Ending, record},
    unrecognised::{no_tunnel, not_recognised},
};
use crate::{
    listener::{RequestBody, Unreadable, WireBody},
    settings::Mode,
    state::{ResolvedKey, State},
};

/// A request id in AWS's form, a UUID.
pub(super) fn request_id(state: &State) -> String {
    // Source: RFC 9562, 5.4: the version, 4, and the variant stand at fixed places.
    const VERSION: u128 = 0xf000 << 64;
    const VARIANT: u128 = 0xf000 << 48;
    let bits = state.random.bits() & !VERSION & !VARIANT | 0x4000 << 64 | 0xa000 << 48;
    let mut digits = [0; 32];
    // 16 bytes have 32 digits.
    let _ = hex::encode_to_slice(bits.to_be_bytes(), &mut digits);
    let digits = std::str::from_utf8(&digits).unwrap_or_default();
    let mut id = String::with_capacity(36);
    for (part, range) in [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .enumerate()
    {
        if part > 0 {
            id.push('-');
        }
        id.push_str(digits.get(range).unwrap_or_default());
    }
    id
}

/// What is known of a request so far: an error is answered in the most specific protocol known.
struct Exchange<'a> {
    state: &'a State,
    head: Head<'a>,
    request_id: String,
    /// When its head was there.
    now_millis: u64,
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
        now_millis: state.now_millis(),
        protocol,
        service: None,
        operation: None,
    };
    if cors::is_preflight(&exchange.head) {
        return exchange.preflight();
    }
    let mut reply = match exchange.run(form, body).await {
        Ok(reply) => reply,
        Err(error) => {
            exchange.refused(&error);
            exchange.failed(&error)
        }
    };
    if exchange.is_for_s3() {
        reply.headers.extend(cors::of_answer(state, &exchange.head));
    }
    reply
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

    fn is_for_s3(&self) -> bool {
        self.service
            .as_ref()
            .is_some_and(|service| service.name == "s3")
    }

    /// Answers what a browser asks before a cross-origin request.
    fn preflight(&mut self) -> WireReply {
        self.protocol = ProtocolName::RestXml;
        let known = self.recognise_put("/bucket/key").ok();
        self.service = known.map(|known| known.service);
        let mut reply = match cors::preflight(self.state, &self.head) {
            Ok(headers) => WireReply {
                status: 200,
                headers,
                body: WireBody::Bytes(Bytes::new()),
            },
            Err(error) => return self.failed(&error),
        };
        let id = self.request_id.clone().into_bytes();
        reply.headers.push(("x-amz-request-id".into(), id));
        reply
    }

    async fn run(
        &mut self,
        form: ServiceForm,
        body: RequestBody,
    ) -> Result<WireReply, ServiceError> {
        self.head
            .check_size(self.state.settings.limits.head, self.family())?;
        if self.form_boundary().is_some() {
            return Box::pin(self.upload_form(body)).await;
        }
        if self.head.method == "CONNECT" {
            return Err(no_tunnel());
        }
        let claim = read_claim(&self.head.signed(), form).map_err(|error| {
            self.recognise_unsigned(form);
            service_error(&error, self.family())
        })?;
        let mut body = Pending::Unread(body);
        let mut fields = None;
        if self.head.is_form() {
            let bytes = self.read(body).await?;
            fields = Some(self.decoded(&bytes)?);
            body = Pending::Read(bytes);
        }
        let recognised = self.recognise(&claim, fields.as_deref())?;
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

    /// A body as it was before the client compressed it.
    fn decoded(&self, body: &Bytes) -> Result<Bytes, ServiceError> {
        let limit = self.state.settings.limits.body;
        rolecall_protocol::decoded_body(&self.head.headers, body, limit)
    }

    fn recognise(
        &mut self,
        claim: &Claim,
        form: Option<&[u8]>,
    ) -> Result<Recognised, ServiceError> {
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
            form,
        };
        self.state.catalog.recognise(&head).map_err(|unrecognised| {
            self.protocol = unrecognised.protocol;
            self.service.clone_from(&unrecognised.service);
            not_recognised(&unrecognised)
        })
    }

    /// Finds whose words an error comes in, for a request that does not say rightly who signed it: by
    /// the service that its credential names, if it does, and else as an unsigned request is recognised.
    fn recognise_unsigned(&mut self, form: ServiceForm) {
        let catalog = &self.state.catalog;
        let named = self.head.signed().signing_name();
        let head = |scope_service| rolecall_catalog::recognise::Head {
            method: self.head.method,
            path: self.head.path,
            query: self.head.query,
            host: self.head.host,
            own_host: None,
            headers: &self.head.headers,
            scope_service,
            scope_region: None,
            form: None,
        };
        let found = match catalog.recognise(&head(named.as_deref())) {
            Err(Unrecognised {
                reason: Reason::UnknownService(_),
                ..
            }) => catalog.recognise(&head(None)),
            found => found,
        };
        match found {
            Ok(recognised) => {
                self.protocol = recognised.protocol;
                self.operation = Some(recognised.operation);
                self.service = Some(recognised.service);
            }
            Err(unrecognised) => {
                if let Some(service) = unrecognised.service {
                    self.protocol = unrecognised.protocol;
                    self.service = Some(service);
                } else if form == ServiceForm::S3 {
                    self.service = catalog.service("s3");
                }
            }
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
        let is_payload = payload(&recognised.service, recognised).is_some();
        let bytes = if is_payload {
            // An object that is stored compressed stays so.
            bytes.clone()
        } else {
            self.decoded(bytes)?
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
            caller: resolved.caller.user_arn(),
        })
    }

    fn common_context(&self, claim: &Claim, call: &Call, resolved: &ResolvedKey) -> Context {
        let now = self.now_millis;
        let mut common = resolved.context.clone();
        context::request(
            &mut common,
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
        let caller = &resolved.caller;
        let mut decided = authorize(state, &caller.principal, &caller.policies, &common, &call);
        let is_denied = |decided: &Decided| !decided.decision.is_allowed();
        let enforced = state.settings.mode == Mode::Enforce;
        let mut missing = None;
        if enforced && decided.iter().any(is_denied) {
            missing = missing_bucket::instead_of_denial(state, &call);
            if missing.is_none() {
                match partly(state, &call, &caller.principal, &common, decided) {
                    Ok(partly) => return Ok(self.partly_answered(partly, common, &resolved).await),
                    Err(whole) => decided = whole,
                }
            }
        }
        let denied = decided.iter().find(|one| enforced && is_denied(one));
        let denial = denied.map(|one| {
            missing.unwrap_or_else(|| denial::denial(&call, &caller.principal, &common, one))
        });
        let (reply, ending) = if let Some(error) = denial {
            let reply = self.failed(&error);
            let ending = Ending::denied(reply.status, error.code);
            (reply, ending)
        } else {
            let asked = Asked {
                call: &call,
                caller,
                common: &common,
                decided: &decided,
            };
            self.answered(asked, body, &[]).await
        };
        record(
            state,
            self.attempted(&resolved, &call, common, decided),
            ending,
        );
        Ok(reply)
    }

    /// Answers what is allowed of a call, and says what is not.
    async fn partly_answered(
        &self,
        partly: Partly,
        common: Context,
        resolved: &ResolvedKey,
    ) -> WireReply {
        let Partly { allowed, denied } = partly;
        let reply = if let Some((call, decided)) = allowed {
            let asked = Asked {
                call: &call,
                caller: &resolved.caller,
                common: &common,
                decided: &decided,
            };
            let (reply, ending) = self
                .answered(asked, Body::Bytes(Bytes::new()), &denied)
                .await;
            let attempted = self.attempted(resolved, &call, common.clone(), decided);
            record(self.state, attempted, ending);
            reply
        } else {
            self.nothing_left(&denied)
        };
        for one in denied {
            if one.decided.is_empty() {
                // The same object was named before.
                continue;
            }
            let ending = Ending::denied(reply.status, one.error.code);
            let attempted = self.attempted(resolved, &one.call, common.clone(), one.decided);
            record(self.state, attempted, ending);
        }
        reply
    }

    fn attempted<'a>(
        &self,
        resolved: &'a ResolvedKey,
        call: &'a Call,
        common: Context,
        decided: Vec<Decided>,
    ) -> Attempted<'a> {
        Attempted {
            resolved,
            call,
            common,
            decided,
            request_id: self.request_id.clone(),
            time_millis: self.now_millis,
        }
    }
}
