// The core of Eppo's SDKs for Java and Android (BaseEppoClient) in a program that answers each line of JSON on standard
// input with one on standard output: {"do": "start" | "ask", ...} is answered by {"answer": ...} or {"error": "..."}.
//
// The SDKs themselves are thin: each names itself, says whether it reads the obfuscated form, and starts polling. The
// argument "android" makes this program the one, no argument the other.

import cloud.eppo.BaseEppoClient;
import cloud.eppo.api.Attributes;
import cloud.eppo.api.BanditActions;
import cloud.eppo.api.BanditResult;
import cloud.eppo.api.EppoValue;
import cloud.eppo.logging.Assignment;
import cloud.eppo.logging.BanditAssignment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public final class Program {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean isAndroid;
  private ArrayNode assignments = JSON.createArrayNode();
  private ArrayNode bandits = JSON.createArrayNode();
  private Client client;

  private Program(boolean isAndroid) {
    this.isAndroid = isAndroid;
  }

  // Constructor and polling are for SDKs, which inherit them.
  private static final class Client extends BaseEppoClient {
    Client(Program program, String key, String baseUrl) {
      super(
          key,
          program.isAndroid ? "android" : "java-server-sdk",
          "3.9.0",
          null,
          baseUrl,
          program::record,
          program::record,
          null,
          true,
          program.isAndroid,
          !program.isAndroid,
          null,
          null,
          null);
    }

    void begin(long pollMs) {
      loadConfiguration();
      startPolling(pollMs);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Program program = new Program(arguments.length > 0);
    PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      ObjectNode reply = JSON.createObjectNode();
      try {
        reply.set("answer", program.answer(JSON.readTree(line)));
      } catch (Exception error) {
        reply.put("error", error.toString());
      }
      output.println(JSON.writeValueAsString(reply));
    }
    System.exit(0);
  }

  private JsonNode answer(JsonNode message) {
    switch (message.get("do").asText()) {
      case "start":
        client = new Client(this, message.get("key").asText(), message.get("baseUrl").asText());
        client.begin(message.get("pollMs").asLong());
        return JSON.nullNode();
      case "ask":
        ArrayNode answers = JSON.createArrayNode();
        message.get("questions").forEach(question -> answers.add(answered(question)));
        return answers;
      default:
        throw new IllegalArgumentException("unknown command " + message.get("do"));
    }
  }

  private ObjectNode answered(JsonNode question) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      if (question.hasNonNull("actions")) {
        BanditResult result = action(question);
        answer.put("value", result.getVariation()).put("action", result.getAction());
      } else {
        answer.set("value", value(question));
      }
    } catch (Exception error) {
      answer.put("failed", error.toString());
    }
    answer.set("assignments", assignments);
    answer.set("bandits", bandits);
    assignments = JSON.createArrayNode();
    bandits = JSON.createArrayNode();
    return answer;
  }

  private JsonNode value(JsonNode question) {
    String flag = question.get("flag").asText();
    String subject = question.get("subject").asText();
    Attributes attributes = attributes(question.get("attributes"));
    JsonNode fallback = question.get("default");
    switch (question.get("type").asText()) {
      case "BOOLEAN":
        return JSON.valueToTree(client.getBooleanAssignment(flag, subject, attributes, fallback.asBoolean()));
      case "INTEGER":
        return JSON.valueToTree(client.getIntegerAssignment(flag, subject, attributes, fallback.asInt()));
      case "NUMERIC":
        return JSON.valueToTree(client.getDoubleAssignment(flag, subject, attributes, fallback.asDouble()));
      case "STRING":
        return JSON.valueToTree(client.getStringAssignment(flag, subject, attributes, fallback.asText()));
      case "JSON":
        return client.getJSONAssignment(flag, subject, attributes, fallback);
      default:
        throw new IllegalArgumentException("unknown type " + question.get("type"));
    }
  }

  private BanditResult action(JsonNode question) {
    BanditActions actions = new BanditActions();
    question.get("actions").fields().forEachRemaining(one -> actions.put(one.getKey(), attributes(one.getValue())));
    return client.getBanditAction(
        question.get("flag").asText(),
        question.get("subject").asText(),
        attributes(question.get("attributes")),
        actions,
        question.get("default").asText());
  }

  private static Attributes attributes(JsonNode told) {
    Attributes attributes = new Attributes();
    told.fields().forEachRemaining(one -> attributes.put(one.getKey(), valueOf(one.getValue())));
    return attributes;
  }

  private static EppoValue valueOf(JsonNode told) {
    if (told.isBoolean()) {
      return EppoValue.valueOf(told.asBoolean());
    }
    if (told.isNumber()) {
      return EppoValue.valueOf(told.asDouble());
    }
    return told.isNull() ? EppoValue.nullValue() : EppoValue.valueOf(told.asText());
  }

  private void record(Assignment event) {
    ObjectNode told = assignments.addObject();
    told.put("experiment", event.getExperiment());
    told.put("featureFlag", event.getFeatureFlag());
    told.put("allocation", event.getAllocation());
    told.put("variation", event.getVariation());
    told.put("subject", event.getSubject());
    told.put("timestamp", event.getTimestamp().getTime());
    told.set("subjectAttributes", told(event.getSubjectAttributes()));
    told.set("extraLogging", JSON.valueToTree(event.getExtraLogging()));
    told.set("metaData", JSON.valueToTree(event.getMetaData()));
  }

  private void record(BanditAssignment event) {
    ObjectNode told = bandits.addObject();
    told.put("featureFlag", event.getFeatureFlag());
    told.put("bandit", event.getBandit());
    told.put("subject", event.getSubject());
    told.put("action", event.getAction());
    told.put("actionProbability", event.getActionProbability());
    told.put("optimalityGap", event.getOptimalityGap());
    told.put("modelVersion", event.getModelVersion());
    told.put("timestamp", event.getTimestamp().getTime());
    told.set("subjectNumericAttributes", told(event.getSubjectNumericAttributes()));
    told.set("subjectCategoricalAttributes", told(event.getSubjectCategoricalAttributes()));
    told.set("actionNumericAttributes", told(event.getActionNumericAttributes()));
    told.set("actionCategoricalAttributes", told(event.getActionCategoricalAttributes()));
    told.set("metaData", JSON.valueToTree(event.getMetaData()));
  }

  private static JsonNode told(Map<String, EppoValue> attributes) {
    ObjectNode told = JSON.createObjectNode();
    attributes.forEach(
        (name, value) -> {
          if (value.isBoolean()) {
            told.put(name, value.booleanValue());
          } else if (value.isNumeric()) {
            told.put(name, value.doubleValue());
          } else {
            told.put(name, value.isNull() ? null : value.stringValue());
          }
        });
    return told;
  }
}
