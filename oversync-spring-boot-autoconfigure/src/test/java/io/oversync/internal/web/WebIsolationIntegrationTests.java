/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import io.oversync.internal.web.LiveApplication.Jwt;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application's settings for its own endpoints do not affect those of sync: each test
 * shows one beside the other.
 */
@Tag("prove")
class WebIsolationIntegrationTests {

	private static final String APPLIED = """
			{"accepted":true,"highest_server_seq":1,"statuses":[{"source_change_id":1,"status":"applied","new_server_version":1}]}""";

	private static void assertServed(LiveApplication application) {
		assertThat(application.post("/sync/upload", LiveApplication.UPLOAD, LiveApplication.bearer()).body())
			.isEqualTo(APPLIED);
		HttpResponse<String> page = application.get("/sync/download?include_self=true", LiveApplication.bearer());
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(page.body()).startsWith("{\"changes\":[{\"server_id\":1,\"schema\":\"app\",")
			.contains("\"payload\":{\"bodyText\":\"x\"}")
			.endsWith("\"has_more\":false,\"next_after\":1,\"window_until\":1}");
		HttpResponse<String> error = application.get("/sync/download?limit=0", LiveApplication.bearer());
		assertThat(error.statusCode()).isEqualTo(400);
		assertThat(error.body()).startsWith("{\"error\":\"invalid_request\",\"message\":");
		assertThat(application.get("/sync/upload", LiveApplication.bearer()).body())
			.startsWith("{\"error\":\"method_not_allowed\"");
		assertThat(application.get("/sync/nope", LiveApplication.bearer()).body())
			.startsWith("{\"error\":\"not_found\"");
	}

	@Test
	void adviceOnBodiesDoesNotApply() {
		try (LiveApplication application = LiveApplication.start(Wrapping.class)) {
			assertThat(application.get("/app", LiveApplication.bearer()).body()).startsWith("{\"wrapped\":");
			assertServed(application);
		}
	}

	@Test
	void exceptionHandlersDoNotApply() {
		try (LiveApplication application = LiveApplication.start(Handling.class)) {
			assertThat(application.get("/sync/failing", LiveApplication.bearer()).body()).isEqualTo("handled by me");
			assertServed(application);
		}
	}

	@Test
	void jacksonSettingsDoNotApply() {
		try (LiveApplication application = LiveApplication.start(Jwt.class,
				"spring.jackson.property-naming-strategy=KEBAB_CASE",
				"spring.jackson.serialization.indent-output=true")) {
			assertThat(application.get("/app", LiveApplication.bearer()).body()).contains("hello-world").contains("\n");
			assertServed(application);
		}
	}

	@Test
	void messageConvertersDoNotApply() {
		try (LiveApplication application = LiveApplication.start(WithoutConverters.class)) {
			assertThat(application.get("/app", LiveApplication.bearer()).statusCode()).isNotEqualTo(200);
			assertServed(application);
		}
	}

	@Test
	void requiredApiVersionsDoNotApply() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "spring.mvc.apiversion.required=true",
				"spring.mvc.apiversion.use.header=X-Version", "spring.mvc.apiversion.supported=1")) {
			assertThat(application.get("/app", LiveApplication.bearer()).statusCode()).isEqualTo(400);
			assertServed(application);
		}
	}

	@Test
	void interceptorsAndPathPrefixesDoNotApply() {
		try (LiveApplication application = LiveApplication.start(Prefixing.class)) {
			assertThat(application.get("/prefix/app", LiveApplication.bearer()).statusCode()).isEqualTo(418);
			assertServed(application);
		}
	}

	@Test
	void problemDetailsDoNotApply() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "spring.mvc.problemdetails.enabled=true")) {
			assertServed(application);
		}
	}

	@Test
	void theApplicationsOwnSecurityStaysInForce() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			assertThat(application.get("/app").statusCode()).isEqualTo(401);
			assertThat(application.get("/sync/download").statusCode()).isEqualTo(401);
			assertThat(application.get("/app", LiveApplication.bearer()).statusCode()).isEqualTo(200);
			assertThat(application.context().getBeansOfType(SecurityFilterChain.class)).hasSize(1);
		}
	}

	@Test
	void aPathThatWasLeftOpenStaysClosed() {
		try (LiveApplication application = LiveApplication.start(Open.class)) {
			assertThat(application.get("/app").statusCode()).isEqualTo(200);
			for (HttpResponse<String> answer : new HttpResponse[] { application.get("/sync/download"),
					application.post("/sync/upload", LiveApplication.UPLOAD), application.get("/sync/status"),
					application.get("/sync/schema-version"), application.get("/admin/materialize-failures"),
					application.post("/admin/materialize-failures/retry?id=1", "") }) {
				assertThat(answer.statusCode()).isEqualTo(401);
				assertThat(answer.body()).startsWith("{\"error\":\"authentication_failed\",\"message\":");
				assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
			}
		}
	}

	@Test
	void theApplicationsEndpointsBelowTheBasePathGoOn() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			assertThat(application.get("/sync/own", LiveApplication.bearer()).body())
				.isEqualTo("{\"helloWorld\":\"own\"}");
		}
	}

	@Test
	void theApplicationGoesOnInjectingItsOwnBeans() {
		// without the endpoints of Actuator, which have a mapping of that type, too
		try (LiveApplication application = LiveApplication.start(Jwt.class, "management.server.port=-1")) {
			assertThat(application.context().getBean(RequestMappingHandlerMapping.class))
				.isNotInstanceOf(SyncHandlerMapping.class);
			assertThat(application.context().getBean(JsonMapper.class)).isNotNull();
		}
	}

	@Test
	void thePathsCanBeChanged() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.base-path=/api/devices",
				"oversync.admin-path=/ops", "server.servlet.context-path=/shop", "spring.mvc.servlet.path=/mvc")) {
			String root = "/shop/mvc";
			assertThat(application.post(root + "/api/devices/upload", LiveApplication.UPLOAD, LiveApplication.bearer())
				.body()).isEqualTo(APPLIED);
			assertThat(application.get(root + "/ops/materialize-failures", LiveApplication.bearer()).body())
				.isEqualTo("[]");
			assertThat(application.get(root + "/api/devices/nope", LiveApplication.bearer()).body())
				.startsWith("{\"error\":\"not_found\"");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Jwt.class, Wrapping.Advice.class })
	static class Wrapping {

		@ControllerAdvice
		static class Advice implements ResponseBodyAdvice<Object> {

			@Override
			public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
				return true;
			}

			@Override
			public Object beforeBodyWrite(Object body, MethodParameter returnType, MediaType contentType,
					Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request,
					ServerHttpResponse response) {
				return Map.of("wrapped", body);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Jwt.class, Handling.Advice.class })
	static class Handling {

		@ControllerAdvice
		static class Advice {

			@ExceptionHandler(Exception.class)
			@ResponseStatus(HttpStatus.OK)
			@ResponseBody
			String handle(Exception exception) {
				return "handled by me";
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class WithoutConverters implements WebMvcConfigurer {

		@Override
		public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
			builder.configureMessageConvertersList(List::clear);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Prefixing implements WebMvcConfigurer {

		@Override
		public void configurePathMatch(PathMatchConfigurer configurer) {
			configurer.addPathPrefix("/prefix", (type) -> true);
		}

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(new HandlerInterceptor() {

				@Override
				public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
					response.setStatus(418);
					return false;
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Open {

		@Bean
		SecurityFilterChain open(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf(AbstractHttpConfigurer::disable)
				.build();
		}

	}

}
