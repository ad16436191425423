//! Gherkin steps for IAM least privilege, and the feature files that use them.
