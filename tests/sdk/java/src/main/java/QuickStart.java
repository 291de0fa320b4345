import cloud.eppo.BaseEppoClient;
import cloud.eppo.api.Attributes;

// The SDK's own client is this core, named, which fetches and then polls.
public final class QuickStart extends BaseEppoClient {
  private QuickStart(String baseUrl) {
    super(
        "local-test", "java-server-sdk", "3.9.0", null, baseUrl, assignment -> {}, null, null,
        true, false, true, null, null, null);
    loadConfiguration();
    startPolling(30_000);
  }

  public static void main(String[] arguments) {
    String baseUrl = System.getenv().getOrDefault("EPPO_BASE_URL", "http://127.0.0.1:8378/api");
    QuickStart client = new QuickStart(baseUrl);
    System.out.println(client.getStringAssignment("signup-headline", "ann", new Attributes(), "control"));
    System.exit(0);
  }
}
