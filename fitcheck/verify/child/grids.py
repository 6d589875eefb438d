"""The code books of ggml's i-quants: which groups of four or eight values a code of a block stands for.

Data of ggml's formats (``iq2xxs_grid`` … ``iq1s_grid`` in ggml/src/ggml-common.h, MIT licence), packed anew: a group
is a number whose digits are places in ``levels``, least significant first; groups ascend, so only their distances are
kept, one byte each (0 adds 255 to the next one), compressed. A test holds every group against the ``gguf`` package.
"""

from __future__ import annotations

import base64
import zlib
from typing import NamedTuple


class Grid(NamedTuple):
    """A code book: the values a place can take, places in a group, and the packed distances."""

    levels: tuple[int, ...]
    size: int
    distances: str

    def groups(self) -> list[list[int]]:
        """All groups in the order of their codes."""
        number, found = -1, []
        for distance in zlib.decompress(base64.b85decode(self.distances)):
            if distance == 0:
                number += 255
                continue
            number += distance
            rest, group = number, []
            for _ in range(self.size):
                rest, digit = divmod(rest, len(self.levels))
                group.append(self.levels[digit])
            found.append(group)
        return found


GRIDS = {
    "IQ2_XXS": Grid(
        (8, 25, 43),
        8,
        "c-"
        "kdTL2AQ53~a<AwnCU7mSr)^V$2eZ3C5TnOz|Oy5Q+~a<WO?VOM1)$@|L`%@2R%cVI*cojI@EjLNEo<=!9$mO_i8Iat%mDWkoK%azFtjN"
        "%3;=`w(V2sm}`Q9<o>(X;P70-?Y^cP-1P4!yeFYElhTVvvO4z-7WC={q`S>)@X=Gv?kbKDIw>rr{$ugnR-"
        "KWqoD{HLp_|%5Y}B!*euH@N=V(DviXAH{sZV@WIlY9FC;guce1-&SG|Am-TUO|`rJQSpVr&U>-Y<gC>R9",
    ),
    "IQ2_XS": Grid(
        (8, 25, 43),
        8,
        "c-mc%!D_=W42GF7LI`7w5GD*0f+-=45K1XIj2?Q}X^fr6PCM<mXW1i9PS-4}!M3oZU!VUw*eti+xSS67FL`-Fv@MsA0bL-yX#&UF3Z@J"
        "g9OUL##-WLLAqyp=3XYC%BydTt65=6PEV8>kIq+z*GW)c*p6E5X>FME0T6?4(7&|SEwM3XRcRrqMIwuW}zVW?-"
        "|Lj+~&14tJQUT`G52J~I9!I8xQ!ODXtTyR&V^FTvz_C448WI-5Jq}$WAE{)9uciu-"
        "SNIHV3@_rwx8vblsB8^L3!5<Z_VtJhWss=tq<zMi7!rLHB(5VvY&1Wsx_iWP599mLpSoRTrfI@r^qOTie5;y&d&C(g=;IGf78#-",
    ),
    "IQ2_S": Grid(
        (8, 25, 43),
        8,
        "c-nna!D_=W3}r?LVT=(bgiyjLVT4jf4<+QV<Gx|vutWd<1180>W2fl?O=U}cdhbbnGsOc>-"
        "w3cJF{L0LaJ@l_1s(v1b{Ofw;)l5ecGzfFpcrGw9ZMQOKH>qzLJHPMXa~17hguKRt!t6Xo0X49k`I@iUy!UXFl5T7q>WOt%T?T34E|E8"
        "5(q+qs7Rf}2t!WkbcRdE_su-"
        "?a^f*^J_%|3YF+P4b09QM0im3v$)1$>dX2D=f9ct?6)GTXL|aTQu6b8xy_eT~ym;$O{&AX3f0W*$UJaV_nXH;M^R>zA5k*#<*bA>SK>-"
        "qoJ%5YAm&TobK53l?U|K?4mZ#z^>~y*k+!9GT;z*5_&T)VvnXa8$;{ruIEM+exG)j1forhPTGY=|vG6Ot<{t<PZM(o=GWs}}P7YW1Qk$"
        ")$?-<sZ710T&F*Vh@M",
    ),
    "IQ3_XXS": Grid(
        (4, 12, 20, 28, 36, 44, 52, 62),
        4,
        "c-"
        "kF}K~ID*6ok{^(Fc@1DztVD?gFkPxFOkyXK(6_`2YWn#ls{slgT#<$UzERK7o>D%D|>BQq5pcrG>PDxpqD`HAr{vBYHv*cdV0O)CtVEA"
        "DLe?q_ob^b)mMacNzajl$8UJ(A<+MzzJ!U^-"
        "L>Ga`ILG4HKV_$6)gVVbCMD!8Pq?(`jAzLmQUhji9F8H_GXU%P^Zs!k$647z^#<AY<`%PTxiRU1f8S^LUwG_0KfFFR}rub!&C&^G7RTa"
        "s%40Kl&{Xng",
    ),
    "IQ3_S": Grid(
        (1, 3, 5, 7, 9, 11, 13, 15),
        4,
        "c-keA*-pbi3`I59TjJRgnl7P5Dk>6!cf|ky8J_YqW6Qqx*iI=CQc3_4tAOGoFrty;#6%3X%A$#pC_-W#MU^IHf`OD#!IU|^O4=O-"
        "QP1d-"
        "32p6$XQuM@)ErjffCid1g(HiR8k)jsP$)V1KnT6WvT6>b3Ja3sv$B6ORa^&X;Z>)9Nern_9&e4Q2ug!LIxa*GF*tk7Lp+aGZCPhB;+;("
        "9nsS{We&dZRvb@?5w6P6>>jYRpEY1<cguAhX+YHt=sj#ie)uPY69uD`w&5xKQ{LL1Z=vIkvg9y8H(jtR_A9%@WFYxz$-"
        "7b=|?i!NOSK=DMJl}P8(R!BDtCUzy@$yj)_`Re3j?EsI#okUYnnkA~{ipRt`*ys3;fHCCf})G%j@!7Lt^0-ADNcR)Uhe15Kj9b;!T",
    ),
    "IQ1": Grid(
        (-1, 0, 1),
        8,
        "c-"
        "n1MS(f8C40~Ke$y<{7pZlM)0aA)x)vZd|q86?IEy`g{U0bM*obcfSQKf}b;I#kPZxId4_?hu_U^61z<&Bq$3@j)_!CY%>#wWy=pGx&6t"
        "~l(+t<|3<)SJW*!{o&Acv?3&jgjImc~a9^F`R7{(<qh#UT{Dd1BO2gq-"
        "9hNujx5d!cp^P=`9}E#j2J2*x|xA63kj^l({H1nbBtaY0qmLTE&!`@LPwUKBAnfeI#LjQM8_>Q;++w(y{ffeTKt~x$Tt+CZJMri-"
        "@<2M|sIOQK@f<{VAbDF)CC{aMA2!@hXd0-5GxlT!JCo6&7Laj~eY+0cO%*nv=*2xFKsR4Yy~NPcOwEH-IElkqOi3IG{Jn2Q_kJk)X+aY"
        "kQow#j3(Q#A9KyGV1fqJZ9>#^UW+ZBWL$j%SsZ?bS7;93cXF}M+OA#{L5om*Fr<0lhtA{AJ!h*uRRJwNf9r*p#)!Ie&S_%rC+g>=FM1f"
        "IQ5fDb7N~soK2!)TcncupU-rJ%ZPnBD^JKSYw{hs%-a%dozw~6b=pjxqX?2Sb6z4lGV<QayV6sV-*t-"
        "kJ9NXyl^E7toQW%gS*u=7oeAFXNlCksP)Hjb1tDM|lFlSCuy%+8>2?8mZxUVoW^(F7msx(QS8vkSLXf7-"
        "j=AM!#Mc1uNu5d%xV!jnYHx&=Q~+hr(PHw^L?+JNsDsVQ<(fbd>)on}6~W|J(<>}`nM5vwJ@7t&HhK#eT4pDS9o;q(MiqB5;O=BPUe$!"
        "*8tY;$dP1%`B+(t&;mZe_9kE)g?)xtXuLsFd!bn07S-"
        "vmE@!g~VJ(4pswiweZR9BBm>F_aYgC90{D<*;pFrxp$k@~t+Jq*xn2__;r5R0=Q1k%o?>Iq}n=<~SIu^g`UVa0Itz-"
        "=4#c{vH<>qnLD4_eYw-dZ$8uQXH!A5;I`6#ql?Ve4ZN|IaMUMi7hr`e7J0G)ZE>wo4*!g68;PeW0bsU=z`!UH6f%w|@Z9j2WT",
    ),
}
"""By type; IQ1 is shared by IQ1_S and IQ1_M."""
