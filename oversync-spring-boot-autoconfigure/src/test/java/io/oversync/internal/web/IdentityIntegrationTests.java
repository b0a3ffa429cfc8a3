/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.nimbusds.jwt.JWTClaimsSet;
import io.oversync.autoconfigure.OversyncProperties;
import io.oversync.autoconfigure.OversyncWebMvcAutoConfiguration;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * User and device of a request, by every kind of authentication.
 */
@Tag("prove")
class IdentityIntegrationTests {

	private static final String[] BASIC = { "Authorization",
			"Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes()), "Oversync-Source-ID", "laptop" };

	private static void assertSource(LiveApplication application, String source, String... headers) {
		assertThat(application.post("/sync/upload", LiveApplication.UPLOAD, headers).body())
			.contains("\"status\":\"applied\"");
		assertThat(application.get("/sync/download?include_self=true", headers).body())
			.contains("\"source_id\":\"" + source + "\"");
	}

	private static void assertRefused(HttpResponse<String> answer, String message) {
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).startsWith("{\"error\":\"authentication_failed\",\"message\":").contains(message);
	}

	@Test
	void aLogInNamesTheUserAndAHeaderTheDevice() {
		try (LiveApplication application = LiveApplication.start(Basic.class)) {
			assertSource(application, "laptop", BASIC);
			assertRefused(application.get("/sync/download", BASIC[0], BASIC[1]), "Oversync-Source-ID");
			assertRefused(application.get("/sync/download", BASIC[0], BASIC[1], BASIC[2], "server"), "reserved");
			assertThat(application.get("/sync/download", BASIC[0], BASIC[1], BASIC[2], "other").body())
				.contains("\"source_id\":\"laptop\"");
		}
	}

	@Test
	void theMatcherKnowsThePathOfTheServlet() {
		try (LiveApplication application = LiveApplication.start(Basic.class, "spring.mvc.servlet.path=/mvc",
				"server.servlet.context-path=/shop", "oversync.base-path=/devices")) {
			assertThat(application.post("/shop/mvc/devices/upload", LiveApplication.UPLOAD, BASIC).statusCode())
				.isEqualTo(200);
			assertThat(application.post("/shop/mvc/app", "", BASIC).statusCode())
				.as("CSRF applies elsewhere; GET is the only method there")
				.isIn(401, 403);
		}
	}

	@Test
	void theHeaderCanHaveAnotherName() {
		try (LiveApplication application = LiveApplication.start(Basic.class,
				"oversync.identity.source-header=X-Device")) {
			assertRefused(application.get("/sync/download", BASIC), "X-Device");
			assertSource(application, "laptop", BASIC[0], BASIC[1], "X-Device", "laptop");
		}
	}

	@Test
	void anOpaqueTokenNamesTheUserAndAHeaderOrAnAttributeTheDevice() {
		try (LiveApplication application = LiveApplication.start(Opaque.class)) {
			assertRefused(application.get("/sync/download", "Authorization", "Bearer plain"), "Oversync-Source-ID");
			assertSource(application, "laptop", "Authorization", "Bearer plain", "Oversync-Source-ID", "laptop");
			assertThat(application
				.get("/sync/download?include_self=true", "Authorization", "Bearer device", "Oversync-Source-ID",
						"forged")
				.body()).contains("\"source_id\":\"laptop\"");
			assertThat(
					application.get("/sync/download", "Authorization", "Bearer device", "Oversync-Source-ID", "laptop")
						.body())
				.as("the attribute binds the token to another device")
				.contains("\"source_id\":\"laptop\"");
		}
	}

	@Test
	void theClaimsCanHaveOtherNames() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.identity.user-claim=uid",
				"oversync.identity.source-claim=device")) {
			assertSource(application, "phone", LiveApplication
				.bearer(new JWTClaimsSet.Builder().subject("x").claim("uid", "ann").claim("device", "phone")));
			assertRefused(application.get("/sync/download", LiveApplication.bearer()), "uid");
		}
	}

	@Test
	void aTokenOfKeycloakNamesTheUserAndAHeaderTheDevice() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			String[] token = LiveApplication.bearer(keycloak());
			assertSource(application, "laptop", token[0], token[1], "Oversync-Source-ID", "laptop");
			assertThat(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", "phone").body())
				.as("another device of the same user")
				.contains("\"source_id\":\"laptop\"");
			assertRefused(application.get("/sync/download", token), "no claim 'did'; send it in the header Oversync");
			assertRefused(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", "server"),
					"reserved");
			assertRefused(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", ""), "empty");
			assertRefused(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", "phone",
					"Oversync-Source-ID", "laptop"), "once");
		}
	}

	@Test
	void aClaimWinsOverTheHeaderWhateverItHolds() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			String[] bound = LiveApplication.bearer(keycloak().claim("did", "phone"));
			assertSource(application, "phone", bound[0], bound[1], "Oversync-Source-ID", "laptop");
			for (Object unusable : List.of("", 7, true, List.of("phone"), Map.of("id", "phone"))) {
				String[] token = LiveApplication.bearer(keycloak().claim("did", unusable));
				assertRefused(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", "laptop"),
						"claim 'did' must be a string");
			}
		}
	}

	@Test
	void theHeaderDoesNotCountWhereOnlyClaimsDo() {
		for (Class<?> security : List.of(Jwt.class, Opaque.class)) {
			try (LiveApplication application = LiveApplication.start(security, "oversync.identity.source-from=claim")) {
				String[] token = (security == Jwt.class) ? LiveApplication.bearer(keycloak())
						: new String[] { "Authorization", "Bearer plain" };
				assertRefused(application.get("/sync/download", token[0], token[1], "Oversync-Source-ID", "laptop"),
						"claim 'did' must be a string");
			}
		}
	}

	/** The claims of an access token as Keycloak issues it. */
	private static JWTClaimsSet.Builder keycloak() {
		return new JWTClaimsSet.Builder().issuer("https://id.example.org/realms/shop")
			.audience("account")
			.subject("f3a1c7de-7d0c-4b7e-9b1a-5f0e2f6f7d11")
			.jwtID("onrtac:5b2f0c1e-8a43-4f3f-a3f5-0d4f3b8a9c77")
			.claim("typ", "Bearer")
			.claim("azp", "shop-app")
			.claim("sid", "0c5f6a0e-8a0e-4f5a-9a55-3b2f8f0a6d21")
			.claim("acr", "1")
			.claim("realm_access", Map.of("roles", List.of("offline_access", "default-roles-shop")))
			.claim("resource_access", Map.of("account", Map.of("roles", List.of("view-profile"))))
			.claim("scope", "openid profile email")
			.claim("email_verified", true)
			.claim("preferred_username", "ann");
	}

	@Test
	void theApplicationCanDecideItself() {
		try (LiveApplication application = LiveApplication.start(Own.class)) {
			assertSource(application, "decided", LiveApplication.bearer());
			assertThat(application.context().getBeansOfType(SyncActorResolver.class)).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "server", "a\nb", "\u0000", "\u007f" })
	void anUnusableDeviceIsRefused(String device) {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			assertRefused(
					application.get("/sync/download",
							LiveApplication.bearer(new JWTClaimsSet.Builder().subject("ann").claim("did", device))),
					"device");
		}
	}

	@Test
	void aDeviceIdMayHave256CharactersOfAnyKind() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			for (String character : List.of("d", "\uD83D\uDE00", "é")) {
				assertThat(application
					.get("/sync/download",
							LiveApplication
								.bearer(new JWTClaimsSet.Builder().subject("ann").claim("did", character.repeat(256))))
					.statusCode()).isEqualTo(200);
				assertRefused(
						application.get("/sync/download",
								LiveApplication.bearer(
										new JWTClaimsSet.Builder().subject("ann").claim("did", character.repeat(257)))),
						"longer");
			}
			assertRefused(
					application.get("/sync/download",
							LiveApplication.bearer(new JWTClaimsSet.Builder().subject("ann").claim("did", 7))),
					"string");
			assertRefused(application.get("/sync/download",
					LiveApplication.bearer(new JWTClaimsSet.Builder().claim("did", "phone"))), "sub");
		}
	}

	@Test
	void aUserIdThatAnOwnerColumnCannotHoldIsRefused() {
		try (LiveApplication application = LiveApplication.start(Jwt.class,
				"oversync.registered-tables[1].name=app.diary",
				"oversync.registered-tables[1].owner-column=owner_id")) {
			assertRefused(application.post("/sync/upload", LiveApplication.UPLOAD, LiveApplication.bearer()),
					"app.diary: it is no UUID");
			assertRefused(application.get("/sync/download", LiveApplication.bearer()), "it is no UUID");
			assertRefused(application.get("/admin/materialize-failures", LiveApplication.bearer()), "it is no UUID");
			String user = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11";
			assertSource(application, "phone",
					LiveApplication.bearer(new JWTClaimsSet.Builder().subject("{" + user + "}").claim("did", "phone")));
			assertThat(application
				.get("/sync/download",
						LiveApplication
							.bearer(new JWTClaimsSet.Builder().subject(user.replace("-", "")).claim("did", "tablet")))
				.body()).contains("\"source_id\":\"phone\"");
		}
	}

	@Test
	void worksWithoutSpringSecurity() {
		new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.withUserConfiguration(Engine.class)
			.withConfiguration(AutoConfigurations.of(OversyncWebMvcAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PrincipalActorResolver.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(OversyncProperties.class)
	static class Engine {

		@Bean
		SyncService syncService() {
			return new FailingSyncService();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ReadmeSnippets.Sessions.class)
	static class Basic {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("ann").password("{noop}secret").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Opaque {

		@Bean
		SecurityFilterChain opaque(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.opaqueToken(Customizer.withDefaults()))
				.build();
		}

		@Bean
		OpaqueTokenIntrospector introspector() {
			return (token) -> new DefaultOAuth2AuthenticatedPrincipal("ann",
					token.equals("device") ? Map.of("sub", "ann", "did", "bound") : Map.of("sub", "ann"),
					AuthorityUtils.NO_AUTHORITIES);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Own {

		@Bean
		SyncActorResolver own() {
			return (request) -> new SyncActor("somebody", "decided");
		}

	}

}
