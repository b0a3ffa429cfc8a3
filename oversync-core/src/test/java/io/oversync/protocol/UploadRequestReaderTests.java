/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UploadRequestReaderTests {

	private static final UploadRequestReader READER = new UploadRequestReader(
			new UploadLimits(50_000_000, 1_000_000, 500));

	private static UploadRequest read(String body) {
		return read(body.getBytes(StandardCharsets.UTF_8));
	}

	private static UploadRequest read(byte[] body) {
		try {
			return READER.read(new ByteArrayInputStream(body));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String change(String payload) {
		return "{\"source_change_id\":1,\"schema\":\"s\",\"table\":\"t\",\"op\":\"INSERT\",\"pk\":\"k\","
				+ "\"server_version\":2,\"payload\":" + payload + "}";
	}

	private static String body(String... payloads) {
		StringBuilder body = new StringBuilder("{\"last_server_seq_seen\":3,\"changes\":[");
		for (String payload : payloads) {
			body.append((body.charAt(body.length() - 1) == '[') ? "" : ",").append(change(payload));
		}
		return body.append("]}").toString();
	}

	private static void assertInvalid(String body, String message) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> read(body))
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
	}

	private static Payload.Kind kindOf(String payload) {
		Payload read = read(body("{}", payload, "{}")).changes().get(1).payload();
		assertThat(read).isNotNull();
		return read.kind();
	}

	@Test
	void readsEveryMember() {
		UploadRequest request = read(body("{ \"a\" : 1.10 }"));
		assertThat(request.lastServerSeqSeen()).isEqualTo(3);
		UploadChange change = request.changes().get(0);
		assertThat(change.sourceChangeId()).isEqualTo(1);
		assertThat(change.serverVersion()).isEqualTo(2);
		assertThat(change.payload()).isNotNull();
		assertThat(change.payload().text()).isEqualTo("{ \"a\" : 1.10 }");
	}

	@Test
	void takesMissingMembersForNothing() {
		assertThat(read("{}").changes()).isEmpty();
		assertThat(read("{\"changes\":null}").changes()).isEmpty();
		assertThat(read("{\"changes\":[{}]}").changes())
			.containsExactly(new UploadChange(0, null, null, null, null, 0, null));
		assertThat(read("\uFEFF {\"changes\":[]} ").changes()).isEmpty();
	}

	@Test
	void ignoresUnknownMembersOfAnySize() {
		String huge = "\"x\":[" + "{\"y\":\"" + "z".repeat(2_000_000) + "\"}" + "]";
		UploadRequest request = read("{" + huge + ",\"changes\":[{" + huge + ",\"payload\":{\"a\":1}}],\"n"
				+ "n".repeat(100_000) + "\":" + "9".repeat(5000) + "}");
		assertThat(request.changes().get(0).payload().text()).isEqualTo("{\"a\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "[]", "{", "{\"changes\":[", "{} x", "{}{}", "nul", "{\"changes\":{}}",
			"{\"changes\":[1]}", "{'changes':[]}", "{\"changes\":[],}", "{\"a\":01}", "{\"a\":NaN}" })
	void refusesWhatIsNoUpload(String body) {
		assertInvalid(body, "");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"1\"", "1.5", "1.0", "1e3", "null", "true", "9223372036854775808", "[]",
			"123456789012345678901234567890" })
	void refusesWhatIsNoWholeNumber(String number) {
		assertInvalid("{\"changes\":[{\"server_version\":" + number + "}]}", "'server_version' of changes[0]");
		assertInvalid("{\"last_server_seq_seen\":" + number + "}", "'last_server_seq_seen' of the body");
	}

	@Test
	void readsTheLargestNumbers() {
		UploadChange change = read("{\"changes\":[{\"source_change_id\":-9223372036854775808,"
				+ "\"server_version\":9223372036854775807}]}")
			.changes()
			.get(0);
		assertThat(change.sourceChangeId()).isEqualTo(Long.MIN_VALUE);
		assertThat(change.serverVersion()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void refusesMembersThatAreThereTwice() {
		assertInvalid("{\"changes\":[],\"changes\":[]}", "twice");
		assertInvalid("{\"changes\":[{\"pk\":\"a\",\"pk\":\"b\"}]}", "'pk' of changes[0] is there twice");
		assertThat(kindOf("{\"a\":1,\"a\":2}")).isEqualTo(Payload.Kind.OBJECT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32" })
	void refusesOtherEncodings(String encoding) {
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> read(body("{}").getBytes(Charset.forName(encoding))));
	}

	@Test
	void keepsPayloadsVerbatimWhereverABlockOfTheInputEnds() {
		String payload = "{\"é\":\"" + "ü☃😀".repeat(50) + "\",\t\"n\": [ 1.0, 1e21 ]}";
		for (int padding = 7700; padding < 8100; padding++) {
			String body = "{\"x\":\"" + "p".repeat(padding) + "\",\"changes\":[" + change(payload) + "," + change("{}")
					+ "," + change(payload) + "]}";
			UploadRequest request = read(body);
			assertThat(request.changes().get(0).payload().text()).isEqualTo(payload);
			assertThat(request.changes().get(1).payload().text()).isEqualTo("{}");
			assertThat(request.changes().get(2).payload().text()).isEqualTo(payload);
		}
	}

	@Test
	void tellsWhatAPayloadIs() {
		assertThat(kindOf("[1]")).isEqualTo(Payload.Kind.NOT_AN_OBJECT);
		assertThat(kindOf("\"{}\"")).isEqualTo(Payload.Kind.NOT_AN_OBJECT);
		assertThat(kindOf("0")).isEqualTo(Payload.Kind.NOT_AN_OBJECT);
		assertThat(read(body("null")).changes().get(0).payload()).isNull();
	}

	@Test
	void spoilsOnlyTheChangeWhosePayloadIsTooDeepOrTooLarge() {
		assertThat(kindOf(nested(500))).isEqualTo(Payload.Kind.OBJECT);
		assertThat(kindOf(nested(501))).isEqualTo(Payload.Kind.TOO_DEEP);
		assertThat(kindOf(nested(100_000))).isEqualTo(Payload.Kind.TOO_DEEP);
		int frame = "{\"a\":\"\"}".length();
		assertThat(kindOf("{\"a\":\"" + "x".repeat(1_000_000 - frame) + "\"}")).isEqualTo(Payload.Kind.OBJECT);
		assertThat(kindOf("{\"a\":\"" + "x".repeat(1_000_001 - frame) + "\"}")).isEqualTo(Payload.Kind.TOO_LARGE);
		assertThat(kindOf("{\"a\":\"" + "x".repeat(20_000_000) + "\"}")).isEqualTo(Payload.Kind.TOO_LARGE);
		assertInvalid(body("{\"a\":" + "[".repeat(1_000_001)), "");
	}

	private static String nested(int depth) {
		return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":\"\\u0000\"}", "{\"a\\u0000\":1}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
			"{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\ud83dx\"}", "{\"a\":[{\"b\":\"\\uDFFF\"}]}", "{\"a\\ud800\":1}",
			"{\"\\uDC00b\":1}", "{\"x\":{\"a\\uD83D\":[]}}" })
	void findsWhatPostgresCannotStore(String payload) {
		assertThat(kindOf(payload)).isEqualTo(Payload.Kind.UNSTORABLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":\"\\\\u0000\"}", "{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\\u0001\\n\\\"\"}",
			"{\"a\":\"\\\\\\\\ud800\"}", "{\"\\ud83d\\ude00\":1}" })
	void takesWhatOnlyLooksLikeIt(String payload) {
		assertThat(kindOf(payload)).isEqualTo(Payload.Kind.OBJECT);
	}

	@Test
	void findsSurrogatesThatAreWrittenAsBytes() {
		byte[] body = body("{\"a\":\"???\"}").getBytes(StandardCharsets.ISO_8859_1);
		int place = new String(body, StandardCharsets.ISO_8859_1).indexOf("???");
		body[place] = (byte) 0xED;
		body[place + 1] = (byte) 0xA0;
		body[place + 2] = (byte) 0x80;
		assertThat(read(body).changes().get(0).payload().kind()).isEqualTo(Payload.Kind.UNSTORABLE);
	}

	@Test
	void refusesABodyThatIsTooLarge() {
		UploadRequestReader small = new UploadRequestReader(new UploadLimits(1000, 1000, 500));
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(
					() -> small.read(new ByteArrayInputStream(body("{\"a\":\"" + "x".repeat(2000) + "\"}").getBytes())))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE));
	}

	/** Each of them gets an answer of 150 bytes. */
	@Test
	void refusesMoreChangesThanItsBytesCouldHold() {
		assertThat(read("{\"changes\":[" + "{},".repeat(9_999) + "{}]}").changes()).hasSize(10_000);
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> read("{\"changes\":[" + "{},".repeat(10_000) + "{}]}"))
			.withMessageContaining("too short to be valid")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE));
		String shortest = "{\"table\":\"t\",\"op\":\"DELETE\",\"pk\":\"0123456789abcdef0123456789abcdef\"}";
		assertThat(read("{\"changes\":[" + (shortest + ",").repeat(20_000) + shortest + "]}").changes())
			.hasSize(20_001);
	}

	@Property(tries = 500)
	void givesBackEveryPayloadByteForByte(@ForAll("payloads") String payload) {
		UploadRequest request = read(body(payload, "{}", payload));
		assertThat(request.changes().get(0).payload().text()).isEqualTo(payload);
		assertThat(request.changes().get(2).payload().text()).isEqualTo(payload);
	}

	@Provide
	Arbitrary<String> payloads() {
		Arbitrary<String> space = Arbitraries.of("", " ", "\n\t", "  ");
		Arbitrary<String> scalar = Arbitraries.of("1", "-0.0", "1.10", "1e21", "9007199254740993", "true", "null",
				"\"\"", "\"é☃😀\"", "\"\\u00e9\\n\\\"\\\\\"", "12345678901234567890.123456789");
		Arbitrary<String> value = Arbitraries.lazyOf(() -> scalar, () -> scalar, () -> array(scalar, space),
				() -> object(scalar, space));
		return object(value, space);
	}

	private static Arbitrary<String> array(Arbitrary<String> element, Arbitrary<String> space) {
		return element.list()
			.ofMaxSize(4)
			.flatMap((elements) -> space
				.map((blank) -> "[" + blank + String.join(blank + "," + blank, elements) + blank + "]"));
	}

	private static Arbitrary<String> object(Arbitrary<String> value, Arbitrary<String> space) {
		return value.list().ofMaxSize(5).flatMap((values) -> space.map((blank) -> {
			StringBuilder text = new StringBuilder("{" + blank);
			for (int i = 0; i < values.size(); i++) {
				text.append((i > 0) ? "," : "").append(blank).append("\"m").append(i % 4).append('"').append(blank);
				text.append(':').append(blank).append(values.get(i)).append(blank);
			}
			return text.append("}").toString();
		}));
	}

	@Test
	void noMutationBreaksIt() {
		byte[] valid = body("{\"a\":{\"b\":[1,2.5,\"é\\u00e9\"]}}", "{}").getBytes(StandardCharsets.UTF_8);
		Random random = new Random(7);
		for (int i = 0; i < 10_000; i++) {
			byte[] mutated = valid.clone();
			for (int n = 0; n <= random.nextInt(3); n++) {
				mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
			}
			try {
				read(mutated);
			}
			catch (SyncException ex) {
				assertThat(ex.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
			}
		}
	}

}
