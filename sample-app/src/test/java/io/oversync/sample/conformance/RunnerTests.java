package io.oversync.sample.conformance;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The runner itself: a check that lets everything pass would prove nothing.
 */
class RunnerTests {

	private static JsonNode json(String text) {
		return ConformanceCase.JSON.readTree(text.replace('\'', '"'));
	}

	private static List<String> mismatches(String expected, String actual) {
		return Expectation.compare(json(expected), json("{'v':" + actual + "}").get("v"), "v").mismatches();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			1                             | 1.0
			{'a':1}                       | {'a':1,'b':2}
			[1,{}]                        | [1,{'x':2}]
			{'$any':'int'}                | 7
			{'$any':'value'}              | null
			{'$regex':'^a.c$'}            | 'abc'
			{'$ge':2,'$le':2}             | 2
			{'$gt':1,'$lt':3}             | 2
			{'a':{'$absent':true}}        | {}
			{'a':{'$absent_or_null':true}}| {'a':null}
			{'$exact':{'a':1}}            | {'a':1}
			{'$len':2}                    | [1,2]
			{'$each':{'a':1}}             | [{'a':1},{'a':1,'b':2}]
			{'$has':[{'a':2}]}            | [{'a':1},{'a':2}]
			{'$unordered':[1,{'$ge':1}]}  | [2,1]
			{'$count':{'of':1,'is':2}}    | [1,2,1]
			{'$anyof':[1,2]}              | 2
			{'$all':[{'$ge':1},{'$le':3}]}| 2
			{'$not':{'a':1}}              | {}
			""")
	void aMatcherHolds(String expected, String actual) {
		assertThat(mismatches(expected, actual)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			1                             | true
			1                             | '1'
			9007199254740993              | 9007199254740992
			{'a':1}                       | {'b':2}
			[1]                           | [1,2]
			{'$any':'int'}                | 7.5
			{'$any':'object'}             | []
			{'$regex':'^a.c$'}            | 'abcd'
			{'$ge':2}                     | 1
			{'$gt':2}                     | 2
			{'a':{'$absent':true}}        | {'a':null}
			{'a':{'$absent_or_null':true}}| {'a':0}
			{'$exact':{'a':1}}            | {'a':1,'b':2}
			{'$len':2}                    | [1]
			{'$each':{'a':1}}             | [{'a':1},{}]
			{'$has':[{'a':3}]}            | [{'a':1}]
			{'$unordered':[1,1]}          | [1,2]
			{'$count':{'of':1,'is':2}}    | [1]
			{'$anyof':[1,2]}              | 3
			{'$all':[{'$ge':1},{'$le':3}]}| 4
			{'$not':{'a':1}}              | {'a':1}
			{'a':{'$capture':'x'}}        | {}
			""")
	void aMatcherDoesNotHold(String expected, String actual) {
		assertThat(mismatches(expected, actual)).isNotEmpty();
	}

	@Test
	void aMismatchIsNamedByItsPath() {
		assertThat(mismatches("{'a':[{},{'b':1}]}", "{'a':[{},{'b':2}]}")).singleElement()
			.asString()
			.startsWith("v.a[1].b: expected 1 but was 2");
	}

	@Test
	void templatesAreFilledInWithTheirTypes() {
		Names names = new Names();
		names.capture("n", JsonNodeFactory.instance.numberNode(5));
		JsonNode resolved = names
			.resolve(json("{'number':'{{n}}','text':'<{{n}}>','a':'{{uuid:a}}','A':'{{uuid:a|upper}}',"
					+ "'hex':'{{uuid:a|hex}}','base64':'{{uuid:a|base64}}','braces':'{{{uuid:a}}}','r':'{{repeat:3:ab}}',"
					+ "'user':'{{user:x}}','list':[{'$repeat':3,'from':4,'item':{'i':'{{i}}','j':'{{uuid:r{{i-1}}}}','k':'{{i%2}}'}}]}"));
		UUID a = UUID.fromString(resolved.get("a").asString());
		assertThat(resolved.get("number")).isEqualTo(json("5"));
		assertThat(resolved.get("text").asString()).isEqualTo("<5>");
		assertThat(resolved.get("A").asString()).isEqualTo(a.toString().toUpperCase());
		assertThat(resolved.get("hex").asString()).isEqualTo(a.toString().replace("-", ""));
		assertThat(resolved.get("base64").asString()).hasSize(24);
		assertThat(resolved.get("braces").asString()).isEqualTo("{" + a + "}");
		assertThat(resolved.get("r").asString()).isEqualTo("ababab");
		assertThat(resolved.get("user").asString()).startsWith("x-").isEqualTo(names.user("x"));
		assertThat(resolved.get("list")).hasSize(3);
		assertThat(resolved.get("list").get(2).get("i").asLong()).isEqualTo(6);
		assertThat(resolved.get("list").get(2).get("k").asLong()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> names.resolve(json("'{{nothing}}'")));
	}

	private static Answer answer(int status, String body) {
		return Answer.of(status, HttpHeaders.of(Map.of(), (name, value) -> true), body.replace('\'', '"'), 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'accepted':true,'statuses':[]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[],'more':1}",
			"{'accepted':false,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'applied','new_server_version':1}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':2,'status':'applied','new_server_version':1}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'applied'}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'applied','new_server_version':1,'message':null}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'conflict'}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'invalid','invalid':{'reason':'other'}}]}",
			"{'accepted':true,'highest_server_seq':1,'statuses':[]}" })
	void anUploadsAnswerThatIsWrongIsSeen(String body) {
		assertThat(Invariants.ofUpload(answer(200, body), json("[{'source_change_id':1}]"))).isNotEmpty();
	}

	@Test
	void anUploadsAnswerThatIsRightPasses() {
		assertThat(Invariants.ofUpload(answer(200,
				"{'accepted':true,'highest_server_seq':1,'statuses':[{'source_change_id':1,'status':'applied','new_server_version':1}]}"),
				json("[{'source_change_id':1}]")))
			.isEmpty();
	}

	private static String page(String change, String end) {
		return "{'changes':[" + change + "]," + end + "}";
	}

	private static String change(int serverId, String more) {
		return "{'server_id':" + serverId
				+ ",'schema':'s','table':'t','op':'INSERT','pk':'550e8400-e29b-41d4-a716-446655440000','server_version':1,"
				+ "'deleted':false,'source_id':'other','source_change_id':1,'ts':'2025-08-08T07:01:00.123456Z'" + more
				+ "}";
	}

	@Test
	void aPageThatIsWrongIsSeen() {
		String good = change(7, ",'payload':{}");
		String end = "'has_more':false,'next_after':7,'window_until':7";
		JsonNode query = json("{'after':3,'limit':2}");
		assertThat(Invariants.ofDownload(answer(200, page(good, end)), query, "me")).isEmpty();
		for (String wrong : List.of(page(change(7, ""), end), page(good.replace("'s'", "'s','x':1"), end),
				page(good.replace("123456Z", "123456"), end), page(good.replace("550e8400", "550E8400"), end),
				page(good.replace("other", "me"), end), page(change(3, ",'payload':{}"), end),
				page(good + "," + good, end), page(change(8, ",'payload':{}"), end),
				page(good, end.replace("'next_after':7", "'next_after':6")), page(good, end.replace("false", "true")),
				page(good.replace("'deleted':false", "'deleted':true"), end),
				page(good + "," + change(8, ",'payload':{}") + "," + change(9, ",'payload':{}"),
						end.replace('7', '9')))) {
			assertThat(Invariants.ofDownload(answer(200, wrong), query, "me")).as(wrong).isNotEmpty();
		}
	}

	@Test
	void anErrorThatIsWrongIsSeen() {
		assertThat(Invariants.ofAny(answer(400, "{'error':'invalid_request','message':'m'}"))).isEmpty();
		for (String wrong : List.of("", "no json", "{'error':'invalid_request'}",
				"{'error':'e','message':'ERROR: in select a from b where c'}",
				"{'error':'e','message':'at io.oversync.X.y(X.java:1)'}")) {
			assertThat(Invariants.ofAny(answer(400, wrong))).as(wrong).isNotEmpty();
		}
		assertThat(Invariants.ofAny(answer(401, "{'error':'other','message':'m'}"))).isNotEmpty();
		assertThat(Invariants.ofAny(answer(503, "{'error':'temporarily_unavailable','message':'m'}"))).isNotEmpty();
	}

}
