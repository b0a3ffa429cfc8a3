/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.oversync.internal.web.WaitingRequests;
import io.oversync.service.Rematerialization;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;
import io.oversync.test.TestPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A whole application, with everything that Spring Boot configures by itself.
 */
@Tag("prove")
@ExtendWith(OutputCaptureExtension.class)
class WholeApplicationIntegrationTests {

	private static final String APP_MIGRATION = "spring.flyway.locations=classpath:io/oversync/test/app-migration";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.mvc.problemdetails.enabled=true", "oversync.registered-tables=business.users");

	@Test
	void addsBeansOfItsOwnOnlyAndReplacesNone() {
		Map<String, String> without = new LinkedHashMap<>();
		inFreshDatabase("oversync.enabled=false", without, true);
		Map<String, String> with = new LinkedHashMap<>();
		inFreshDatabase("oversync.enabled=true", with, false);
		assertThat(without.keySet()).noneMatch((name) -> name.toLowerCase(Locale.ROOT).contains("oversync"));
		assertThat(with).containsAllEntriesOf(without);
		with.keySet().removeAll(without.keySet());
		assertThat(with.keySet()).isNotEmpty()
			.allMatch((name) -> name.startsWith("oversync") || name.startsWith("io.oversync."));
	}

	@Test
	void metersCanBeSwitchedOff() {
		Map<String, String> beans = new LinkedHashMap<>();
		inFreshDatabase("oversync.metrics.enabled=false", beans, false);
		assertThat(beans).doesNotContainKeys("oversyncEngineMeters", "oversyncStatisticsWorker")
			.containsKey("oversyncHealthIndicator");
	}

	@Test
	void tomcatIsGuardedUnlessToldOtherwise() {
		Map<String, String> guarded = new LinkedHashMap<>();
		inFreshDatabase("oversync.concurrency.guard-tomcat=true", guarded, false);
		assertThat(guarded).containsKey("oversyncTomcatGuard");
		Map<String, String> unguarded = new LinkedHashMap<>();
		inFreshDatabase("oversync.concurrency.guard-tomcat=false", unguarded, false);
		assertThat(unguarded).doesNotContainKey("oversyncTomcatGuard").containsKey("oversyncRequestFilter");
	}

	@Test
	void operatorsGetBeansOfTheirOwn() {
		inFreshDatabase(this.runner,
				(context) -> assertThat(context).hasSingleBean(Rematerialization.class)
					.hasSingleBean(SyncChecks.class)
					.hasSingleBean(SyncDevices.class)
					.hasSingleBean(WaitingRequests.class));
	}

	@Test
	void aServiceThatAPostProcessorWrapsServesWithoutTheEngine() {
		BeanPostProcessor wrapping = new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof SyncService service)
						? Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { SyncService.class },
								(proxy, method, arguments) -> method.invoke(service, arguments))
						: bean;
			}

		};
		inFreshDatabase(
				this.runner.withInitializer((context) -> context.getBeanFactory().addBeanPostProcessor(wrapping)),
				(context) -> {
					assertThat(context.getBean(SyncService.class).registeredTables()).containsExactly("business.users");
					assertThat(context.getBeanProvider(WaitingRequests.class).getIfAvailable()).isNull();
				});
	}

	private static void inFreshDatabase(WebApplicationContextRunner runner,
			ContextConsumer<AssertableWebApplicationContext> consumer) {
		runner.withPropertyValues("spring.datasource.url=" + TestPostgres.createDatabase(), APP_MIGRATION)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				consumer.accept(context);
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			oversync.base-path=sync/                      | has the value                | Write a path that starts with
			oversync.registered-tables=users,public.users | two entries for public.users | Keep one of them
			oversync.registered-tables=not-a-table        | is not the name of a table   | Write schema.table
			oversync.schema.mode=create                   | oversync.schema.mode         | MIGRATE
			oversync.upload.max-request-size=many         | upload.max-request-size      | Update your application
			spring.datasource.hikari.maximum-pool-size=1  | maximum size of 1            | to 2 or more
			oversync.schema.mode=validate                 | no schema of that name       | start once with
			oversync.registered-tables=business.nothing   | business.nothing             | Create it in a migration
			""")
	void printsWhatIsWrongAndHowToMendItInsteadOfAStackTrace(String property, String description, String action,
			CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException()
			.isThrownBy(() -> application.run("--spring.datasource.url=" + TestPostgres.createDatabase(),
					"--" + APP_MIGRATION, "--" + property, "--spring.main.banner-mode=off"));
		String report = output.getAll().substring(output.getAll().indexOf("APPLICATION FAILED TO START"));
		assertThat(report).contains("Description:")
			.contains("Action:")
			.contains(description)
			.contains(action)
			.doesNotContain("\tat ");
	}

	/**
	 * Runs the application.
	 * @param property a setting
	 * @param beans receives the type of each bean by its name
	 * @param absent whether to leave out the library's auto-configurations, as if it were
	 * not on the class path
	 */
	private void inFreshDatabase(String property, Map<String, String> beans, boolean absent) {
		String url = TestPostgres.createDatabase();
		// the application's migration refers to the schema that the library creates
		String locations = absent ? "spring.flyway.locations=classpath:none" : APP_MIGRATION;
		this.runner
			.withPropertyValues(property, "spring.datasource.url=" + url, locations,
					"spring.flyway.fail-on-missing-locations=false",
					"spring.autoconfigure.exclude=" + (absent ? String.join(",", own()) : ""))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).hasSingleBean(Flyway.class)
					.hasSingleBean(JsonMapper.class)
					.hasSingleBean(SecurityFilterChain.class);
				assertThat(context).hasBean("problemDetailsExceptionHandler");
				beans.putAll(Arrays.stream(context.getBeanDefinitionNames())
					.filter((name) -> context.getType(name) != null)
					.collect(Collectors.toMap((name) -> name, (name) -> typeName(context.getType(name)))));
			});
	}

	private static String typeName(Class<?> type) {
		// the number of a proxy or lambda class is arbitrary
		return type.getName().replaceAll("(\\$Proxy|Lambda.*|\\$\\$).*", "");
	}

	private static List<String> own() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.oversync."))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
