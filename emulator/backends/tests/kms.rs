//! KMS keys.

mod support;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{ACCOUNT, Fixture, call, fixture, nothing};

    fn base64(text: &str) -> String {
        BASE64_STANDARD.encode(text)
    }

    fn with(mut base: Value, more: Value) -> Value {
        base.as_object_mut()
            .unwrap()
            .extend(super::support::members(more));
        base
    }

    /// Makes a key; gives its ARN.
    async fn key(fixture: &Fixture, request: Value) -> String {
        let made = fixture.ok("kms", "CreateKey", request).await;
        made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }

    async fn code(fixture: &Fixture, operation: &str, request: Value) -> (String, String) {
        let error = fixture.err("kms", operation, request).await;
        (error.code, error.message)
    }

    fn said(code: &str, message: &str) -> (String, String) {
        (code.to_owned(), message.to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_key_says_all_about_itself() {
        let fixture = fixture();
        let made = fixture
            .ok("kms", "CreateKey", json!({ "Description": "for tests" }))
            .await;
        let metadata = &made["KeyMetadata"];
        let id = metadata["KeyId"].as_str().unwrap();
        assert_eq!(id.len(), 36);
        assert_eq!(
            *metadata,
            json!({
                "AWSAccountId": ACCOUNT,
                "KeyId": id,
                "Arn": format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}"),
                "CreationDate": 1_764_000_000.0,
                "Enabled": true,
                "Description": "for tests",
                "KeyUsage": "ENCRYPT_DECRYPT",
                "KeyState": "Enabled",
                "Origin": "AWS_KMS",
                "KeyManager": "CUSTOMER",
                "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
                "KeySpec": "SYMMETRIC_DEFAULT",
                "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
                "MultiRegion": false,
                "CurrentKeyMaterialId": metadata["CurrentKeyMaterialId"],
            })
        );
        assert_eq!(metadata["CurrentKeyMaterialId"].as_str().unwrap().len(), 64);
        let listed = fixture.ok("kms", "ListKeys", json!({})).await;
        assert_eq!(
            listed,
            json!({ "Keys": [{ "KeyId": id, "KeyArn": metadata["Arn"] }], "Truncated": false })
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_encrypted_needs_its_context_and_its_key() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        let other = key(&fixture, json!({})).await;
        let context = json!({ "department": "shop" });
        let request = json!({
            "KeyId": arn, "Plaintext": base64("secret"), "EncryptionContext": context,
        });
        let sealed = fixture.ok("kms", "Encrypt", request.clone()).await;
        assert_eq!(sealed["KeyId"], arn);
        assert_eq!(sealed["EncryptionAlgorithm"], "SYMMETRIC_DEFAULT");
        let blob = sealed["CiphertextBlob"].clone();
        assert_ne!(
            fixture.ok("kms", "Encrypt", request).await["CiphertextBlob"],
            blob
        );

        let opened = json!({ "CiphertextBlob": blob, "EncryptionContext": context });
        for named in [json!({}), json!({ "KeyId": arn })] {
            let plain = fixture
                .ok("kms", "Decrypt", with(opened.clone(), named))
                .await;
            assert_eq!(plain["Plaintext"], base64("secret"));
            assert_eq!(plain["KeyId"], arn);
            assert_eq!(plain["KeyMaterialId"].as_str().unwrap().len(), 64);
        }
        let wrong = with(opened.clone(), json!({ "KeyId": other }));
        assert_eq!(
            code(&fixture, "Decrypt", wrong).await,
            said(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation."
            )
        );
        for bad in [
            json!({ "CiphertextBlob": blob }),
            json!({ "CiphertextBlob": blob, "EncryptionContext": { "Department": "shop" } }),
            json!({ "CiphertextBlob": base64("nonsense") }),
        ] {
            let refused = code(&fixture, "Decrypt", bad).await;
            assert_eq!(refused, said("InvalidCiphertextException", ""));
        }
        let subject = format!(
            "arn:aws:kms:us-east-1:{ACCOUNT}:ciphertext/{}",
            blob.as_str().unwrap()
        );
        let fact = fixture.fact(FactKind::KeyOfCiphertext, &subject);
        assert_eq!(fact, FactValue::Present(arn.into()));
    }

    #[tokio::test(start_paused = true)]
    async fn re_encrypting_changes_key_and_context() {
        let fixture = fixture();
        let (from, to) = (
            key(&fixture, json!({})).await,
            key(&fixture, json!({})).await,
        );
        let sealed =
            json!({ "KeyId": from, "Plaintext": base64("x"), "EncryptionContext": { "a": "1" } });
        let sealed = fixture.ok("kms", "Encrypt", sealed).await["CiphertextBlob"].clone();
        let request = json!({
            "CiphertextBlob": sealed, "SourceEncryptionContext": { "a": "1" },
            "DestinationKeyId": to, "DestinationEncryptionContext": { "b": "2" },
        });
        let moved = fixture.ok("kms", "ReEncrypt", request).await;
        assert_eq!(
            (&moved["SourceKeyId"], &moved["KeyId"]),
            (&json!(from), &json!(to))
        );
        let open =
            json!({ "CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": { "b": "2" } });
        let opened = fixture.ok("kms", "Decrypt", open).await;
        assert_eq!(
            (&opened["Plaintext"], &opened["KeyId"]),
            (&json!(base64("x")), &json!(to))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn old_ciphertexts_outlive_a_rotation() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        let sealed = json!({ "KeyId": arn, "Plaintext": base64("old") });
        let old = fixture.ok("kms", "Encrypt", sealed).await["CiphertextBlob"].clone();
        let id = json!({ "KeyId": arn });
        fixture.ok("kms", "RotateKeyOnDemand", id.clone()).await;
        let opened = fixture
            .ok("kms", "Decrypt", json!({ "CiphertextBlob": old }))
            .await;
        assert_eq!(opened["Plaintext"], base64("old"));
        let described = fixture.ok("kms", "DescribeKey", id.clone()).await;
        let current = &described["KeyMetadata"]["CurrentKeyMaterialId"];
        assert_ne!(opened["KeyMaterialId"], *current);
        let rotations = fixture.ok("kms", "ListKeyRotations", id.clone()).await;
        assert_eq!(
            rotations["Rotations"],
            json!([{
                "KeyId": arn, "KeyMaterialId": current, "RotationDate": 1_764_000_000.0,
                "RotationType": "ON_DEMAND",
            }])
        );
        fixture.ok("kms", "EnableKeyRotation", id.clone()).await;
        let status = fixture.ok("kms", "GetKeyRotationStatus", id).await;
        assert_eq!(status["KeyRotationEnabled"], true);
        assert_eq!(status["RotationPeriodInDays"], 365);
        assert_eq!(
            status["NextRotationDate"],
            1_764_000_000.0 + 365.0 * 86_400.0
        );
    }

    #[tokio::test(start_paused = true)]
    async fn data_keys_come_plain_and_sealed() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        for (asked, length) in [
            (json!({ "KeySpec": "AES_256" }), 32),
            (json!({ "KeySpec": "AES_128" }), 16),
            (json!({ "NumberOfBytes": 64 }), 64),
        ] {
            let request = with(json!({ "KeyId": arn }), asked);
            let made = fixture.ok("kms", "GenerateDataKey", request.clone()).await;
            let plain = made["Plaintext"].as_str().unwrap();
            assert_eq!(BASE64_STANDARD.decode(plain).unwrap().len(), length);
            let open = json!({ "CiphertextBlob": made["CiphertextBlob"] });
            assert_eq!(fixture.ok("kms", "Decrypt", open).await["Plaintext"], plain);
            let sealed = fixture
                .ok("kms", "GenerateDataKeyWithoutPlaintext", request)
                .await;
            assert_eq!(sealed.get("Plaintext"), None);
            let open = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
            let opened = fixture.ok("kms", "Decrypt", open).await;
            assert_eq!(
                BASE64_STANDARD
                    .decode(opened["Plaintext"].as_str().unwrap())
                    .unwrap()
                    .len(),
                length
            );
        }
        for asked in [
            json!({}),
            json!({ "KeySpec": "AES_256", "NumberOfBytes": 8 }),
        ] {
            let refused = code(
                &fixture,
                "GenerateDataKey",
                with(json!({ "KeyId": arn }), asked),
            )
            .await;
            assert_eq!(
                refused,
                said(
                    "ValidationException",
                    "Please specify either number of bytes or key spec."
                )
            );
        }
        let random = fixture
            .ok("kms", "GenerateRandom", json!({ "NumberOfBytes": 1024 }))
            .await;
        assert_eq!(
            BASE64_STANDARD
                .decode(random["Plaintext"].as_str().unwrap())
                .unwrap()
                .len(),
            1024
        );
        let refused = code(&fixture, "GenerateRandom", json!({ "NumberOfBytes": 1025 })).await;
        assert_eq!(refused.0, "ValidationException");
    }

    #[tokio::test(start_paused = true)]
    async fn every_spec_that_signs_verifies_its_own_and_nothing_else() {
        let fixture = fixture();
        for (spec, algorithms) in [
            ("ECC_NIST_P256", vec!["ECDSA_SHA_256"]),
            ("ECC_NIST_P384", vec!["ECDSA_SHA_384"]),
            ("ECC_NIST_P521", vec!["ECDSA_SHA_512"]),
            ("ECC_SECG_P256K1", vec!["ECDSA_SHA_256"]),
            (
                "RSA_2048",
                vec![
                    "RSASSA_PKCS1_V1_5_SHA_256",
                    "RSASSA_PKCS1_V1_5_SHA_384",
                    "RSASSA_PKCS1_V1_5_SHA_512",
                    "RSASSA_PSS_SHA_256",
                    "RSASSA_PSS_SHA_384",
                    "RSASSA_PSS_SHA_512",
                ],
            ),
        ] {
            let arn = key(
                &fixture,
                json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" }),
            )
            .await;
            for algorithm in &algorithms {
                let request = json!({
                    "KeyId": arn, "Message": base64("hello"), "SigningAlgorithm": algorithm,
                });
                let signed = fixture.ok("kms", "Sign", request.clone()).await;
                let signature = signed["Signature"].clone();
                let request = with(request, json!({ "Signature": signature }));
                let verified = fixture.ok("kms", "Verify", request.clone()).await;
                assert_eq!(
                    verified,
                    json!({ "KeyId": arn, "SignatureValid": true, "SigningAlgorithm": algorithm })
                );
                let changed = with(request, json!({ "Message": base64("hallo") }));
                let refused = code(&fixture, "Verify", changed).await;
                assert_eq!(
                    refused,
                    said("KMSInvalidSignatureException", ""),
                    "{algorithm}"
                );
            }
            let public = fixture
                .ok("kms", "GetPublicKey", json!({ "KeyId": arn }))
                .await;
            assert_eq!(public["SigningAlgorithms"], json!(algorithms));
            assert_eq!(public["KeySpec"], spec);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_digest_is_signed_as_it_is() {
        let fixture = fixture();
        let arn = key(
            &fixture,
            json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }),
        )
        .await;
        // `printf hello | sha256sum`
        let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        let digest = BASE64_STANDARD.encode(hex::decode(digest).unwrap());
        let request = json!({
            "KeyId": arn, "Message": digest, "MessageType": "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        });
        let signed = fixture.ok("kms", "Sign", request).await;
        let whole = json!({
            "KeyId": arn, "Message": base64("hello"), "SigningAlgorithm": "ECDSA_SHA_256",
            "Signature": signed["Signature"],
        });
        assert_eq!(
            fixture.ok("kms", "Verify", whole).await["SignatureValid"],
            true
        );
        let short = json!({
            "KeyId": arn, "Message": base64("hello"), "MessageType": "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        });
        assert_eq!(
            code(&fixture, "Sign", short).await,
            said(
                "ValidationException",
                "Digest is invalid length for algorithm ECDSA_SHA_256."
            )
        );
    }

    #[tokio::test(start_paused = true)]
    async fn rsa_encrypts_and_two_curves_agree() {
        let fixture = fixture();
        let rsa = key(
            &fixture,
            json!({ "KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT" }),
        )
        .await;
        for algorithm in ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] {
            let request = json!({
                "KeyId": rsa, "Plaintext": base64("secret"), "EncryptionAlgorithm": algorithm,
            });
            let sealed = fixture.ok("kms", "Encrypt", request).await;
            let open = json!({
                "KeyId": rsa, "CiphertextBlob": sealed["CiphertextBlob"],
                "EncryptionAlgorithm": algorithm,
            });
            assert_eq!(
                fixture.ok("kms", "Decrypt", open).await["Plaintext"],
                base64("secret")
            );
        }
        let too_long = json!({
            "KeyId": rsa, "Plaintext": BASE64_STANDARD.encode([0; 191]),
            "EncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        });
        assert_eq!(
            code(&fixture, "Encrypt", too_long).await.0,
            "ValidationException"
        );

        let agree = json!({ "KeySpec": "ECC_NIST_P384", "KeyUsage": "KEY_AGREEMENT" });
        let (one, two) = (
            key(&fixture, agree.clone()).await,
            key(&fixture, agree).await,
        );
        let mut secrets = Vec::new();
        for (mine, theirs) in [(&one, &two), (&two, &one)] {
            let public = fixture
                .ok("kms", "GetPublicKey", json!({ "KeyId": theirs }))
                .await;
            let request = json!({
                "KeyId": mine, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public["PublicKey"],
            });
            let derived = fixture.ok("kms", "DeriveSharedSecret", request).await;
            secrets.push(derived["SharedSecret"].clone());
        }
        assert_eq!(secrets[0], secrets[1]);
    }

    #[tokio::test(start_paused = true)]
    async fn macs_are_as_long_as_their_hash() {
        let fixture = fixture();
        for (bits, length) in [(224, 28), (256, 32), (384, 48), (512, 64)] {
            let (spec, algorithm) = (format!("HMAC_{bits}"), format!("HMAC_SHA_{bits}"));
            let arn = key(
                &fixture,
                json!({ "KeySpec": spec, "KeyUsage": "GENERATE_VERIFY_MAC" }),
            )
            .await;
            let request =
                json!({ "KeyId": arn, "Message": base64("m"), "MacAlgorithm": algorithm });
            let made = fixture.ok("kms", "GenerateMac", request.clone()).await;
            let mac = made["Mac"].as_str().unwrap();
            assert_eq!(BASE64_STANDARD.decode(mac).unwrap().len(), length);
            let verify = with(request, json!({ "Mac": mac }));
            let verified = fixture.ok("kms", "VerifyMac", verify.clone()).await;
            assert_eq!(verified["MacValid"], true);
            let changed = with(verify, json!({ "Message": base64("n") }));
            assert_eq!(
                code(&fixture, "VerifyMac", changed).await,
                said("KMSInvalidMacException", "")
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_alias_stands_for_its_key_everywhere() {
        let fixture = fixture();
        let (one, two) = (
            key(&fixture, json!({})).await,
            key(&fixture, json!({})).await,
        );
        let id = one.rsplit('/').next().unwrap();
        let create = json!({ "AliasName": "alias/shop", "TargetKeyId": id });
        fixture.ok("kms", "CreateAlias", create.clone()).await;
        let alias = format!("arn:aws:kms:us-east-1:{ACCOUNT}:alias/shop");
        assert_eq!(
            code(&fixture, "CreateAlias", create).await,
            said(
                "AlreadyExistsException",
                &format!("An alias with the name {alias} already exists")
            )
        );
        for named in ["alias/shop", &alias, id, &one] {
            let described = fixture
                .ok("kms", "DescribeKey", json!({ "KeyId": named }))
                .await;
            assert_eq!(described["KeyMetadata"]["Arn"], one);
            let sealed = json!({ "KeyId": named, "Plaintext": base64("x") });
            assert_eq!(fixture.ok("kms", "Encrypt", sealed).await["KeyId"], one);
        }
        let fact = |key: &str| FactValue::Present(key.into());
        assert_eq!(fixture.fact(FactKind::KeyOfAlias, &alias), fact(&one));
        let listed = fixture
            .ok("kms", "ListAliases", json!({ "KeyId": one }))
            .await;
        assert_eq!(listed["Aliases"][0]["TargetKeyId"], id);
        assert_eq!(listed["Aliases"][0]["AliasArn"], alias);

        let update = json!({ "AliasName": "alias/shop", "TargetKeyId": two });
        fixture.ok("kms", "UpdateAlias", update).await;
        assert_eq!(fixture.fact(FactKind::KeyOfAlias, &alias), fact(&two));
        // A queue under the alias is a queue under the key.
        let queue = json!({ "QueueName": "q", "Attributes": { "KmsMasterKeyId": "alias/shop" } });
        fixture.ok("sqs", "CreateQueue", queue).await;
        let queue = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:q");
        assert_eq!(fixture.fact(FactKind::ResourceKey, &queue), fact(&two));

        fixture
            .ok("kms", "DeleteAlias", json!({ "AliasName": "alias/shop" }))
            .await;
        assert_eq!(
            fixture.fact(FactKind::KeyOfAlias, &alias),
            FactValue::Absent
        );
        assert_eq!(
            code(&fixture, "DescribeKey", json!({ "KeyId": "alias/shop" })).await,
            said("NotFoundException", &format!("Alias {alias} is not found."))
        );
        let reserved = json!({ "AliasName": "alias/aws/mine", "TargetKeyId": one });
        assert_eq!(
            code(&fixture, "CreateAlias", reserved).await.0,
            "NotAuthorizedException"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_there_or_not_for_this_is_refused() {
        let fixture = fixture();
        let absent = "1234abcd-12ab-34cd-56ef-1234567890ab";
        let arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{absent}");
        for named in [absent, &arn] {
            assert_eq!(
                code(&fixture, "DescribeKey", json!({ "KeyId": named })).await,
                said("NotFoundException", &format!("Key '{arn}' does not exist"))
            );
        }
        assert_eq!(
            code(&fixture, "DescribeKey", json!({ "KeyId": "shop" })).await,
            said("NotFoundException", "Invalid keyId 'shop'")
        );
        let signer = key(
            &fixture,
            json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }),
        )
        .await;
        let encrypt = json!({ "KeyId": signer, "Plaintext": base64("x") });
        assert_eq!(
            code(&fixture, "Encrypt", encrypt).await,
            said(
                "InvalidKeyUsageException",
                &format!("{signer} key usage is SIGN_VERIFY which is not valid for Encrypt.")
            )
        );
        let symmetric = key(&fixture, json!({})).await;
        let too_long =
            json!({ "KeyId": symmetric, "Plaintext": BASE64_STANDARD.encode([0; 4097]) });
        assert_eq!(
            code(&fixture, "Encrypt", too_long).await.0,
            "ValidationException"
        );
        let public = code(&fixture, "GetPublicKey", json!({ "KeyId": symmetric })).await;
        assert_eq!(public.0, "UnsupportedOperationException");
        let dry = json!({ "KeyId": symmetric, "Plaintext": base64("x"), "DryRun": true });
        assert_eq!(
            code(&fixture, "Encrypt", dry).await,
            said(
                "DryRunOperationException",
                "The request would have succeeded, but the DryRun option is set."
            )
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_disabled_scheduled_and_gone() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        let id = json!({ "KeyId": arn });
        let encrypt = json!({ "KeyId": arn, "Plaintext": base64("x") });
        let sealed = fixture.ok("kms", "Encrypt", encrypt.clone()).await["CiphertextBlob"].clone();
        fixture.ok("kms", "DisableKey", id.clone()).await;
        assert_eq!(
            code(&fixture, "Encrypt", encrypt.clone()).await,
            said("DisabledException", &format!("{arn} is disabled."))
        );
        fixture.ok("kms", "EnableKey", id.clone()).await;
        let scheduled = json!({ "KeyId": arn, "PendingWindowInDays": 7 });
        let scheduled = fixture.ok("kms", "ScheduleKeyDeletion", scheduled).await;
        assert_eq!(scheduled["DeletionDate"], 1_764_000_000.0 + 7.0 * 86_400.0);
        assert_eq!(
            code(&fixture, "Encrypt", encrypt.clone()).await,
            said(
                "KMSInvalidStateException",
                &format!("{arn} is pending deletion.")
            )
        );
        fixture.ok("kms", "CancelKeyDeletion", id.clone()).await;
        let described = fixture.ok("kms", "DescribeKey", id.clone()).await;
        assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");
        assert_eq!(described["KeyMetadata"].get("DeletionDate"), None);
        let short = json!({ "KeyId": arn, "PendingWindowInDays": 6 });
        assert_eq!(
            code(&fixture, "ScheduleKeyDeletion", short).await.0,
            "ValidationException"
        );
        fixture.ok("kms", "ScheduleKeyDeletion", id.clone()).await;
        tokio::time::advance(Duration::from_hours(30 * 24)).await;
        assert_eq!(
            code(&fixture, "DescribeKey", id).await,
            said("NotFoundException", &format!("Key '{arn}' does not exist"))
        );
        let lost = code(&fixture, "Decrypt", json!({ "CiphertextBlob": sealed })).await;
        assert_eq!(lost.0, "AccessDeniedException");
    }

    #[tokio::test(start_paused = true)]
    async fn policies_and_tags_are_facts() {
        let fixture = fixture();
        let arn = key(
            &fixture,
            json!({ "Tags": [{ "TagKey": "team", "TagValue": "shop" }] }),
        )
        .await;
        let tags = fixture.fact(FactKind::ResourceTags, &arn);
        assert_eq!(tags, FactValue::Present(json!({ "team": "shop" })));
        let policy = fixture
            .ok("kms", "GetKeyPolicy", json!({ "KeyId": arn }))
            .await;
        let default: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(default["Statement"][0]["Action"], "kms:*");
        assert_eq!(
            default["Statement"][0]["Principal"]["AWS"],
            format!("arn:aws:iam::{ACCOUNT}:root")
        );
        let fact = fixture.fact(FactKind::ResourcePolicy, &arn);
        assert_eq!(fact, FactValue::Present(policy["Policy"].clone()));
        let own = r#"{"Version":"2012-10-17","Statement":[]}"#;
        fixture
            .ok(
                "kms",
                "PutKeyPolicy",
                json!({ "KeyId": arn, "Policy": own }),
            )
            .await;
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, &arn),
            FactValue::Present(own.into())
        );
        let bad = json!({ "KeyId": arn, "Policy": "{}" });
        assert_eq!(
            code(&fixture, "PutKeyPolicy", bad).await.0,
            "MalformedPolicyDocumentException"
        );
        fixture
            .ok(
                "kms",
                "UntagResource",
                json!({ "KeyId": arn, "TagKeys": ["team"] }),
            )
            .await;
        assert_eq!(
            fixture.fact(FactKind::ResourceTags, &arn),
            FactValue::Present(json!({}))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn grants_are_listed_handed_over_and_taken_back() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        let grantee = format!("arn:aws:iam::{ACCOUNT}:role/worker");
        let request = json!({
            "KeyId": arn, "GranteePrincipal": grantee, "Operations": ["Decrypt"],
            "RetiringPrincipal": grantee, "Name": "mine",
            "Constraints": { "EncryptionContextSubset": { "a": "1" } },
        });
        let made = fixture.ok("kms", "CreateGrant", request.clone()).await;
        let id = made["GrantId"].as_str().unwrap();
        assert_eq!(id.len(), 64);
        // The same under the same name is the same.
        assert_eq!(
            fixture.ok("kms", "CreateGrant", request).await["GrantId"],
            id
        );
        let fact = fixture.fact(FactKind::KeyGrants, &arn);
        assert_eq!(
            fact,
            FactValue::Present(json!([{
                "grantId": id, "granteePrincipal": grantee, "operations": ["Decrypt"],
                "constraints": { "encryptionContextSubset": { "a": "1" } },
            }]))
        );
        let listed = fixture
            .ok("kms", "ListGrants", json!({ "KeyId": arn }))
            .await;
        assert_eq!(listed["Grants"].as_array().unwrap().len(), 1);
        assert_eq!(listed["Grants"][0]["Name"], "mine");
        let retirable = json!({ "RetiringPrincipal": grantee });
        let retirable = fixture.ok("kms", "ListRetirableGrants", retirable).await;
        assert_eq!(retirable["Grants"][0]["GrantId"], id);
        fixture
            .ok(
                "kms",
                "RetireGrant",
                json!({ "GrantToken": made["GrantToken"] }),
            )
            .await;
        assert_eq!(
            fixture.fact(FactKind::KeyGrants, &arn),
            FactValue::Present(json!([]))
        );
        let gone = code(
            &fixture,
            "RevokeGrant",
            json!({ "KeyId": arn, "GrantId": id }),
        )
        .await;
        assert_eq!(
            gone,
            said("NotFoundException", &format!("Grant ID {id} not found"))
        );
        let bad = json!({ "KeyId": arn, "GranteePrincipal": grantee, "Operations": ["Sign"] });
        assert_eq!(
            code(&fixture, "CreateGrant", bad).await.0,
            "ValidationException"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn keys_of_aws_appear_when_they_are_used() {
        let fixture = fixture();
        let sealed = json!({ "KeyId": "alias/aws/s3", "Plaintext": base64("x") });
        let sealed = fixture.ok("kms", "Encrypt", sealed).await;
        let described = fixture
            .ok("kms", "DescribeKey", json!({ "KeyId": "alias/aws/s3" }))
            .await;
        assert_eq!(described["KeyMetadata"]["KeyManager"], "AWS");
        assert_eq!(described["KeyMetadata"]["Arn"], sealed["KeyId"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_replica_opens_what_its_primary_sealed() {
        let fixture = fixture();
        let arn = key(&fixture, json!({ "MultiRegion": true })).await;
        assert!(arn.contains(":key/mrk-"), "{arn}");
        let replicate = json!({ "KeyId": arn, "ReplicaRegion": "eu-west-1" });
        let replica = fixture.ok("kms", "ReplicateKey", replicate).await;
        let metadata = &replica["ReplicaKeyMetadata"];
        assert_eq!(metadata["Arn"], arn.replace("us-east-1", "eu-west-1"));
        assert_eq!(
            metadata["MultiRegionConfiguration"]["MultiRegionKeyType"],
            "REPLICA"
        );
        assert_eq!(
            metadata["MultiRegionConfiguration"]["PrimaryKey"]["Arn"],
            arn
        );
        let sealed = json!({ "KeyId": arn, "Plaintext": base64("both") });
        let sealed = fixture.ok("kms", "Encrypt", sealed).await["CiphertextBlob"].clone();
        let mut there = call(
            "kms",
            "Decrypt",
            json!({ "CiphertextBlob": sealed }),
            nothing(),
        );
        std::sync::Arc::get_mut(&mut there.call).unwrap().region = "eu-west-1".to_owned();
        let opened = fixture.reply(there).await.unwrap().output;
        assert_eq!(opened["Plaintext"], base64("both"));
        assert_eq!(opened["KeyId"], metadata["Arn"]);
    }

    #[tokio::test(start_paused = true)]
    async fn key_pairs_are_sealed_under_a_symmetric_key() {
        let fixture = fixture();
        let arn = key(&fixture, json!({})).await;
        let request = json!({ "KeyId": arn, "KeyPairSpec": "ECC_NIST_P256" });
        let made = fixture
            .ok("kms", "GenerateDataKeyPair", request.clone())
            .await;
        let open = json!({ "CiphertextBlob": made["PrivateKeyCiphertextBlob"] });
        let opened = fixture.ok("kms", "Decrypt", open).await;
        assert_eq!(opened["Plaintext"], made["PrivateKeyPlaintext"]);
        let sealed = fixture
            .ok("kms", "GenerateDataKeyPairWithoutPlaintext", request)
            .await;
        assert_eq!(sealed.get("PrivateKeyPlaintext"), None);
        assert_ne!(sealed["PublicKey"], made["PublicKey"]);
    }
}
