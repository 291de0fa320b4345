import java.io.IOException;
import java.net.URI;

/** Goes through what EppoSandbox does, and prints what an SDK would be served. */
public final class EppoSandboxCheck {
  public static void main(String[] arguments) throws IOException {
    try (var sandbox = new EppoSandbox()) {
      sandbox.serve("signup-headline", "\"short\"");
      System.out.println("served: " + config(sandbox).contains("\"override-short\""));
      sandbox.off("signup-headline");
      System.out.println("off: " + !config(sandbox).contains("\"signup-headline\""));
      sandbox.reset();
      System.out.println("reset: " + config(sandbox).contains("\"signup-headline\""));
      config(sandbox);
      sandbox.await();
      sandbox.serve("signup-headline", "\"shrot\"");
    } catch (IllegalArgumentException error) {
      System.out.println(error.getMessage());
    }
  }

  private static String config(EppoSandbox sandbox) throws IOException {
    var address = sandbox.apiBaseUrl + "/flag-config/v1/config?sdkName=java-server-sdk&apiKey=" + sandbox.sdkKey;
    try (var body = URI.create(address).toURL().openStream()) {
      return new String(body.readAllBytes());
    }
  }
}
