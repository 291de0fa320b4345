import cloud.eppo.BaseEppoClient;
import cloud.eppo.api.Attributes;

// The SDK's own client is this core, named; it reads the configuration for clients, and polls only if it is told to.
public final class AndroidQuickStart extends BaseEppoClient {
  private AndroidQuickStart(String baseUrl) {
    super(
        "local-test", "android", "3.9.0", null, baseUrl, assignment -> {}, null, null,
        true, true, false, null, null, null);
    loadConfiguration();
  }

  public static void main(String[] arguments) {
    // On a phone that Android's emulator plays, this computer is 10.0.2.2.
    String baseUrl = System.getenv().getOrDefault("EPPO_BASE_URL", "http://127.0.0.1:8378/api");
    AndroidQuickStart client = new AndroidQuickStart(baseUrl);
    System.out.println(client.getStringAssignment("signup-headline", "ann", new Attributes(), "control"));
    System.exit(0);
  }
}
