import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Flags of a test's own: a sandbox of a running eppo-emulator. Needs nothing but Java 11. */
public final class EppoSandbox implements AutoCloseable {
  private static final String EMULATOR =
      System.getenv().getOrDefault("EPPO_EMULATOR_URL", "http://127.0.0.1:8378");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern KEY = Pattern.compile("\"sdkKey\":\\s*\"([^\"]+)\"");

  public final String sdkKey;
  public final String apiBaseUrl = EMULATOR + "/api";

  public EppoSandbox() {
    var told = KEY.matcher(call("POST", "/sandboxes", "{}"));
    if (!told.find()) throw new IllegalStateException("no eppo-emulator answers at " + EMULATOR);
    sdkKey = told.group(1);
  }

  /** {@code variation} as JSON: a text is {@code "\"short\""}, a variation of a boolean flag {@code "true"}. */
  public void serve(String flag, String variation) {
    change("PUT", "/flags/" + encoded(flag), "{\"serve\": " + variation + "}");
  }

  public void off(String flag) {
    change("PUT", "/flags/" + encoded(flag), "{\"off\": true}");
  }

  public void reset() {
    change("POST", "/reset", "");
  }

  /** Waits until the SDK, which polls, has what is served now. */
  public void await() {
    change("POST", "/await", "{\"timeoutMs\": 20000}");
  }

  @Override
  public void close() {
    change("DELETE", "", "");
  }

  private void change(String method, String path, String body) {
    call(method, "/sandboxes/" + sdkKey + path, body);
  }

  private static String call(String method, String path, String body) {
    var uri = URI.create(EMULATOR + "/emulator/v1" + path);
    var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).build();
    try {
      var response = CLIENT.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 400) throw new IllegalArgumentException(response.body());
      return response.body();
    } catch (IOException | InterruptedException error) {
      throw new IllegalStateException(method + " " + uri, error);
    }
  }

  private static String encoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
