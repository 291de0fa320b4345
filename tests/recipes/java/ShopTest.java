import static org.junit.jupiter.api.Assertions.assertEquals;

import cloud.eppo.EppoClient;
import org.junit.jupiter.api.Test;

class ShopTest {
  @Test
  void everybodySeesTheShortHeadline() {
    try (var sandbox = new EppoSandbox()) {
      sandbox.serve("signup-headline", "\"short\"");

      var client = startSdk(sandbox);

      assertEquals("short", client.getStringAssignment("signup-headline", "ann", "control"));
    }
  }

  /** Starts the SDK anew, so that it fetches what the sandbox serves now, and does not poll. */
  private static EppoClient startSdk(EppoSandbox sandbox) {
    return EppoClient.builder(sandbox.sdkKey)
        .apiBaseUrl(sandbox.apiBaseUrl)
        .pollingIntervalMs(0)
        .forceReinitialize(true)
        .buildAndInit();
  }
}
