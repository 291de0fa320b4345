// Eppo's SDK for Rust in a program that answers each line of JSON on standard input with one on standard output:
// {"do": "start" | "ask", ...} is answered by {"answer": ...} or {"error": "..."}.
//
// The SDK polls every 30 s, less up to 3 s; it has no option for that, and none for bandits.

use std::io::{stdin, stdout, BufRead, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eppo::{AssignmentEvent, AttributeValue, Attributes, Client, ClientConfig, EvaluationError, PollerThread};
use serde_json::{json, Value};

type Events = Arc<Mutex<Vec<Value>>>;

const FIRST_FETCH: Duration = Duration::from_secs(10);

struct Running {
    client: Client<'static>,
    _poller: PollerThread,
}

#[derive(Default)]
struct Program {
    running: Option<Running>,
    events: Events,
}

impl Program {
    fn answer(&mut self, message: &Value) -> Result<Value, String> {
        match message["do"].as_str() {
            Some("start") => self.start(message),
            Some("ask") => {
                let questions = message["questions"].as_array().ok_or("no questions")?;
                Ok(questions.iter().map(|one| self.answered(one)).collect())
            }
            _ => Err(format!("unknown command {}", message["do"])),
        }
    }

    fn start(&mut self, message: &Value) -> Result<Value, String> {
        let events = self.events.clone();
        let config = ClientConfig::from_api_key(text(&message["key"]))
            .base_url(text(&message["baseUrl"]))
            .assignment_logger(move |event: AssignmentEvent| {
                events.lock().unwrap().push(serde_json::to_value(event).unwrap())
            });
        let mut client = config.to_client();
        let poller = client.start_poller_thread().map_err(|error| error.to_string())?;
        if message["awaits"] == true {
            // A first fetch that fails is no error of this program's.
            let _ = poller.wait_for_configuration_timeout(FIRST_FETCH);
        }
        self.running = Some(Running { client, _poller: poller });
        Ok(Value::Null)
    }

    fn answered(&self, question: &Value) -> Value {
        let found = self.value(question);
        let assignments = std::mem::take(&mut *self.events.lock().unwrap());
        match found {
            Ok(Some(value)) => json!({"value": value, "assignments": assignments, "bandits": []}),
            // None and errors leave it to the caller to go on with a default.
            Ok(None) | Err(_) => json!({"value": question["default"], "assignments": assignments, "bandits": []}),
        }
    }

    fn value(&self, question: &Value) -> Result<Option<Value>, EvaluationError> {
        let client = &self.running.as_ref().expect("started").client;
        let flag = &text(&question["flag"]);
        let subject = &text(&question["subject"]).into();
        let attributes = &Arc::new(attributes(&question["attributes"]));
        Ok(match question["type"].as_str() {
            Some("BOOLEAN") => client.get_boolean_assignment(flag, subject, attributes)?.map(Value::from),
            Some("INTEGER") => client.get_integer_assignment(flag, subject, attributes)?.map(Value::from),
            Some("NUMERIC") => client.get_numeric_assignment(flag, subject, attributes)?.map(Value::from),
            Some("STRING") => client.get_string_assignment(flag, subject, attributes)?.map(|one| json!(one.as_str())),
            Some("JSON") => client.get_json_assignment(flag, subject, attributes)?.map(|one| (*one).clone()),
            other => panic!("unknown type {other:?}"),
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn attributes(told: &Value) -> Attributes {
    let told = told.as_object().cloned().unwrap_or_default();
    told.into_iter().map(|(name, value)| (name.into(), attribute(value))).collect()
}

fn attribute(told: Value) -> AttributeValue {
    match told {
        Value::Bool(value) => value.into(),
        Value::Number(value) => value.as_f64().unwrap().into(),
        Value::String(value) => value.into(),
        _ => AttributeValue::null(),
    }
}

fn main() {
    let mut program = Program::default();
    for line in stdin().lock().lines() {
        let message = line.map_err(|error| error.to_string());
        let message = message.and_then(|line| serde_json::from_str(&line).map_err(|error| error.to_string()));
        let reply = match message.and_then(|message: Value| program.answer(&message)) {
            Ok(answer) => json!({"answer": answer}),
            Err(error) => json!({"error": error}),
        };
        writeln!(stdout(), "{reply}").unwrap();
        stdout().flush().unwrap();
    }
}
