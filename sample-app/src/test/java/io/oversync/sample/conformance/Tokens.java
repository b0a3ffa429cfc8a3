package io.oversync.sample.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the tokens of a case, good and bad ones, by hand: a library would refuse to make
 * most of the bad ones.
 */
final class Tokens {

	private static final long LIFETIME_SECONDS = 600;

	private final String secret;

	Tokens(String secret) {
		this.secret = secret;
	}

	/**
	 * Returns the header {@code Authorization}.
	 * @param user the real name
	 * @param device the real name
	 * @param auth what the step says of it, null for nothing
	 * @return its value, or null for none
	 */
	@Nullable String header(String user, String device, @Nullable JsonNode auth) {
		if (auth == null) {
			return "Bearer " + token(user, device, JsonNodeFactory.instance.objectNode());
		}
		if (auth.isString()) {
			return null;
		}
		return auth.has("header") ? auth.get("header").asString() : "Bearer " + token(user, device, auth);
	}

	private String token(String user, String device, JsonNode auth) {
		long now = Instant.now().getEpochSecond();
		ObjectNode claims = JsonNodeFactory.instance.objectNode();
		claims.put("sub", user).put("did", device);
		claims.put("iat", now).put("exp", now + auth.path("expires_in").asLong(LIFETIME_SECONDS));
		auth.path("claims").properties().forEach((claim) -> {
			if (claim.getValue().isNull()) {
				claims.remove(claim.getKey());
			}
			else {
				claims.set(claim.getKey(), claim.getValue());
			}
		});
		if (auth.has("alg")) {
			return encode("{\"alg\":\"" + auth.get("alg").asString() + "\",\"typ\":\"JWT\"}") + "."
					+ encode(claims.toString()) + ".";
		}
		String head = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
		String signature = sign(head + "." + encode(claims.toString()), auth.path("secret").asString(this.secret));
		if (auth.path("tamper").asBoolean(false)) {
			claims.put("sub", user + "-tampered");
		}
		return head + "." + encode(claims.toString()) + "." + signature;
	}

	private static String sign(String text, String secret) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String encode(String text) {
		return encode(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String encode(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
