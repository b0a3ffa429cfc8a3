/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The directions between the client's packages, and what it may use, so that it also runs
 * where the JDK is not whole.
 */
@AnalyzeClasses(packages = "io.oversync.client", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String INSIDE = "io.oversync.client.internal";

	@ArchTest
	static final ArchRule nothingOfSpringOrTheServer = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "io.oversync.protocol..", "io.oversync.internal.store..",
				"io.oversync.internal.web..");

	@ArchTest
	static final ArchRule theHttpOfTheJdkCanBeReplaced = noClasses().that()
		.doNotHaveSimpleName("JdkSyncHttp")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("java.net.http..");

	@ArchTest
	static final ArchRule theDriverCanBeReplaced = noClasses().that()
		.doNotHaveSimpleName("SyncClientBuilder")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.sqlite..");

	@ArchTest
	static final ArchRule theWireKnowsNothingOfTheDatabase = noClasses().that()
		.resideInAnyPackage("io.oversync.client.internal.protocol", "io.oversync.client.internal.transport",
				"io.oversync.client.http")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("java.sql..", "javax.sql..", "io.oversync.client.internal.database",
				"io.oversync.client.internal.table", "io.oversync.client.internal.store");

	/** A package may use those above it. */
	private static final List<String> PACKAGES = List.of("support", "protocol", "transport", "database", "table",
			"report", "store", "conflict", "apply", "capture", "history", "download", "hydrate", "verify", "upload",
			"background", "");

	@ArchTest
	static void arrowsPointInOneDirection(JavaClasses classes) {
		List<String> upwards = new ArrayList<>();
		for (JavaClass from : classes) {
			for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
				JavaClass to = dependency.getTargetClass();
				if (isInternal(from) && isInternal(to) && rank(to) > rank(from)) {
					upwards.add(dependency.getDescription());
				}
			}
		}
		assertThat(upwards).isEmpty();
	}

	@ArchTest
	static void everyPackageHasAPlace(JavaClasses classes) {
		assertThat(classes.stream().filter(ArchitectureTests::isInternal).map(ArchitectureTests::rank))
			.doesNotContain(-1)
			.containsAll(IntStream.range(0, PACKAGES.size()).boxed().toList());
	}

	/** The ways from the interface of applications to what is inside. */
	@ArchTest
	static final ArchRule fewTypesOfTheInterfaceKnowTheInside = noClasses().that()
		.resideInAnyPackage("io.oversync.client", "io.oversync.client.http")
		.and()
		.doNotHaveSimpleName("SyncClientBuilder")
		.and()
		.doNotHaveSimpleName("ConflictResolver")
		.and()
		.doNotHaveSimpleName("Conflict")
		.and()
		.doNotHaveSimpleName("SyncRow")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.oversync.client.internal..");

	@ArchTest
	static void noSignatureOfTheInterfaceNamesTheInside(JavaClasses classes) {
		List<String> signatures = classes.stream()
			.filter((type) -> !isInternal(type))
			.flatMap((type) -> type.getCodeUnits().stream())
			.filter((unit) -> !unit.getModifiers().contains(JavaModifier.PRIVATE)
					&& !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
			.filter((unit) -> Stream
				.concat(unit.getReturnType().getAllInvolvedRawTypes().stream(),
						unit.getParameterTypes().stream().flatMap((type) -> type.getAllInvolvedRawTypes().stream()))
				.anyMatch(ArchitectureTests::isInternal))
			.map(JavaCodeUnit::getFullName)
			.toList();
		assertThat(signatures).isEmpty();
	}

	private static boolean isInternal(JavaClass type) {
		return (type.getPackageName() + ".").startsWith(INSIDE + ".");
	}

	private static int rank(JavaClass type) {
		String name = type.getPackageName();
		return PACKAGES.indexOf(name.equals(INSIDE) ? "" : name.substring(INSIDE.length() + 1));
	}

}
