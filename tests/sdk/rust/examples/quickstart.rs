use std::time::Duration;

use eppo::ClientConfig;

fn main() {
    let base_url = std::env::var("EPPO_BASE_URL").unwrap_or("http://127.0.0.1:8378/api".into());
    let mut client = ClientConfig::from_api_key("local-test").base_url(base_url).to_client();
    let poller = client.start_poller_thread().unwrap();
    poller.wait_for_configuration_timeout(Duration::from_secs(5)).unwrap();

    let headline = client.get_string_assignment("signup-headline", &"ann".into(), &Default::default());
    println!("{}", headline.ok().flatten().unwrap_or("control".into()).as_str());
}
