//! From a recognised request to a verified one: who it is from, and a body that is what was signed.

use std::sync::Arc;

use bytes::Bytes;
use rolecall_backends::Body;
use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind},
    recognise::Recognised,
};
use rolecall_protocol::ServiceError;
use rolecall_sigv4::{Claim, PayloadForm, PayloadHash, SignedClaim, Verified};

use super::{Exchange, Pending};
use crate::{
    pipeline::{
        authenticate::{Identified, identify, rules, verify_signature},
        authentication_error::service_error,
        body::{Check, checked, passing},
    },
    state::ResolvedKey,
};

impl Exchange<'_> {
    pub(super) async fn authenticate(
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
        } = identify(
            self.state,
            claim,
            service,
            recognised.operation(),
            &rules,
            self.now_millis,
        )
        .map_err(refuse)?;
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
        claim: &SignedClaim,
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
}

/// The blob that is the whole body of a request.
pub(super) fn payload<'a>(
    service: &'a Service,
    recognised: &Recognised,
) -> Option<(&'a Member, bool)> {
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
