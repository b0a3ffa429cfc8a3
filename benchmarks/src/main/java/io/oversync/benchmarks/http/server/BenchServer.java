/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http.server;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.security.Principal;
import java.time.OffsetDateTime;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A small application that syncs two tables. It writes its port to
 * {@code application.port} in its working directory, and ends with its standard input, so
 * that no server survives when its driver is killed.
 */
@SpringBootApplication
public class BenchServer {

	/**
	 * Starts the server.
	 * @param args Spring Boot's arguments, with the database among them
	 * @throws IOException if the standard input cannot be read
	 */
	public static void main(String[] args) throws IOException {
		SpringApplication application = new SpringApplication(BenchServer.class);
		application.addListeners(new WebServerPortFileWriter());
		application.run(args);
		System.in.transferTo(OutputStream.nullOutputStream());
		System.exit(0);
	}

	/** All requests need a token, as in an application. */
	@Bean
	SecurityFilterChain secured(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

	@Bean
	JwtDecoder jwtDecoder() {
		return BenchTokens.decoder();
	}

	/**
	 * Without Actuator, so that Spring Boot's own meters of requests are not measured.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("bench.meters")
	static class Meters {

		@Bean
		MeterRegistry meterRegistry() {
			return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		}

		@Bean
		ObservationHandler<Observation.Context> observationHandler(MeterRegistry meters) {
			return new DefaultMeterObservationHandler(meters);
		}

		@Bean
		ObservationRegistry observationRegistry(ObservationHandler<Observation.Context> handler) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(handler);
			return registry;
		}

		@Bean
		static MeterSwitch meterSwitch() {
			return new MeterSwitch();
		}

	}

	/** Switches the meters of the engine. */
	@RestController
	@ConditionalOnBooleanProperty("bench.meters")
	static class MeterSwitchEndpoint {

		private final MeterSwitch meters;

		MeterSwitchEndpoint(MeterSwitch meters) {
			this.meters = meters;
		}

		/** Returns the processor time of the server until now, in nanoseconds. */
		@GetMapping("/meters")
		String meters(@RequestParam boolean on) {
			this.meters.set(on);
			return String
				.valueOf(((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
		}

	}

	/** The endpoints to compare a sync with. */
	@RestController
	static class Comparisons {

		private static final String UPSERT = """
				INSERT INTO raw.typed (id, owner_id, name, amount, price, active, created_at, body)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount, price = excluded.price,
				  active = excluded.active, created_at = excluded.created_at, body = excluded.body""";

		private final JdbcTemplate jdbc;

		Comparisons(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		/** The cost of a request that does nothing. */
		@GetMapping("/empty")
		void empty() {
		}

		/** An application without sync saves a row of a user with one upsert. */
		@PostMapping("/naive")
		SavedRow save(@RequestBody NaiveRow row, Principal user) {
			this.jdbc.update(UPSERT, row.id, user.getName(), row.name, row.amount, row.price, row.active, row.createdAt,
					row.body);
			return new SavedRow(row.id);
		}

	}

	/** A row of a request. */
	record NaiveRow(UUID id, String name, long amount, BigDecimal price, boolean active,
			@JsonProperty("created_at") OffsetDateTime createdAt, String body) {

	}

	/** The answer. */
	record SavedRow(UUID id) {

	}

}
