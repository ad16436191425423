//! What the steps of a scenario share.

use std::process::{Command, Output};

use cucumber::World;
use rolecall::{Emulator, Environment, Role};
use rolecall_least_privilege::{
    CallerSummary, Exactness, PolicyFile, Report, VerifyOptions, summary, verify,
};
use rolecall_trace::Recording;

use crate::{Failure, Functions};

/// How a function ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it succeeded.
    pub succeeded: bool,
    /// What it wrote to stderr.
    pub said: String,
}

/// A policy of the function's role.
#[derive(Clone, Debug)]
struct RolePolicy {
    name: String,
    text: String,
}

/// One scenario: an emulator of its own, a function, the function's role, and how it ended.
#[derive(Debug, Default, World)]
pub struct Scenario {
    pub(crate) functions: Functions,
    pub(crate) name: String,
    emulator: Option<Emulator>,
    function: Option<String>,
    policy: Option<RolePolicy>,
    outcome: Option<Outcome>,
}

impl Scenario {
    fn emulator(&self) -> Result<&Emulator, Failure> {
        self.emulator.as_ref().ok_or(Failure::Order {
            missing: "there is no function",
            step: "the function ... and its resources",
        })
    }

    fn function(&self) -> Result<&str, Failure> {
        self.function.as_deref().ok_or(Failure::Order {
            missing: "there is no function",
            step: "the function ... and its resources",
        })
    }

    /// How the function ended.
    pub fn outcome(&self) -> Result<&Outcome, Failure> {
        self.outcome.as_ref().ok_or(Failure::Order {
            missing: "nothing was invoked",
            step: "it is invoked with the event ...",
        })
    }

    /// Everything that was attempted, the set-up's calls among it.
    pub fn recording(&self) -> Result<Recording, Failure> {
        Ok(self.emulator()?.recording())
    }

    /// Starts an emulator and makes what the function works on.
    pub async fn set_up(&mut self, function: &str) -> Result<(), Failure> {
        self.set_up_in(Emulator::start().await?, function).await
    }

    /// The same in an emulator that gives some calls, those of the set-up among them, the function's
    /// canned answers of this name.
    pub async fn set_up_with_answers(
        &mut self,
        function: &str,
        answers: &str,
    ) -> Result<(), Failure> {
        let text = self.functions.answers(function, answers)?;
        let builder = Emulator::builder().answers(format!("{answers}.toml"), text);
        self.set_up_in(builder.start().await?, function).await
    }

    async fn set_up_in(&mut self, emulator: Emulator, function: &str) -> Result<(), Failure> {
        let region = "us-east-1";
        let environment = Environment::new(&emulator.endpoint(), region, &emulator.administrator());
        self.emulator = Some(emulator);
        self.function = Some(function.to_owned());
        let output = self.program(&environment, &["setup.py"]).await?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure::SetUp {
            function: function.to_owned(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// The text of one of the function's policies.
    pub fn policy_text(&self, name: &str) -> Result<String, Failure> {
        self.functions.policy(self.function()?, name)
    }

    /// Gives the function's role this policy, and no other.
    pub fn allow(&mut self, name: &str, text: String) -> Result<(), Failure> {
        self.policy = Some(RolePolicy {
            name: name.to_owned(),
            text,
        });
        self.role().map(drop)
    }

    /// The function's role, which has the function's name.
    fn role(&self) -> Result<Role, Failure> {
        let (emulator, function) = (self.emulator()?, self.function()?);
        let policies: Vec<_> = self
            .policy
            .iter()
            .map(|policy| (policy.name.clone(), policy.text.clone()))
            .collect();
        let role = emulator.role_with_policies(function, &policies);
        let role = role.map_err(|source| Failure::Policy {
            name: self
                .policy
                .as_ref()
                .map_or_else(String::new, |p| p.name.clone()),
            source: Box::new(source),
        })?;
        Ok(role.as_function(function).in_scenario(&self.name))
    }

    /// Invokes the function under its role.
    pub async fn invoke(&mut self, event: &str) -> Result<(), Failure> {
        let environment = self.role()?.environment();
        let event = format!("{event}.json");
        let output = self.program(&environment, &["invoke.py", &event]).await?;
        self.outcome = Some(Outcome {
            succeeded: output.status.success(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
        Ok(())
    }

    async fn program(
        &self,
        environment: &Environment,
        arguments: &[&str],
    ) -> Result<Output, Failure> {
        let program = self.functions.python();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.functions.folder(self.function()?))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        environment.apply(&mut command, std::env::vars_os());
        let output = tokio::process::Command::from(command).output().await;
        output.map_err(|source| Failure::Program {
            program: program.to_owned(),
            source,
        })
    }

    /// What the function's role attempted.
    pub fn performed(&self) -> Result<CallerSummary, Failure> {
        let role = self.role()?;
        let callers = summary(&self.recording()?).callers;
        let nothing = CallerSummary {
            caller: role.arn().to_owned(),
            attempts: 0,
            rows: Vec::new(),
        };
        let of_role = |caller: &CallerSummary| caller.caller == role.arn();
        Ok(callers.into_iter().find(of_role).unwrap_or(nothing))
    }

    /// Holds the role's policy against what the role attempted.
    pub fn verify(&self) -> Result<Report, Failure> {
        let policy = self.policy.as_ref().ok_or(Failure::Order {
            missing: "the role has no policy",
            step: "its role has the policy ...",
        })?;
        let file = PolicyFile::parse(&policy.name, &policy.text)?;
        let options = VerifyOptions {
            role: Some(self.function()?.to_owned()),
            exactness: Exactness::Exact,
            ..VerifyOptions::default()
        };
        Ok(verify(&self.recording()?, &[file], &options)?)
    }
}
